defmodule Hello do
  @moduledoc """
  A small application to build a release of.
  """

  @version Mix.Project.config()[:version]

  @doc """
  Says who is greeting, and how.

      iex> Hello.greet()
      "hello from hello 0.1.0, greeting=hello"

  """
  def greet do
    "hello from hello #{@version}, greeting=#{Application.fetch_env!(:hello, :greeting)}"
  end

  @doc """
  Says goodbye, as configured when the release was built.
  """
  def farewell do
    Application.fetch_env!(:hello, :farewell)
  end

  @doc """
  Greets through the running worker, which counts its greetings.

      iex> {number, "hello from hello" <> _} = Hello.count()
      iex> is_integer(number)
      true

  """
  def count do
    Hello.Worker.greet()
  end
end
