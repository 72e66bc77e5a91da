defmodule HelloTest do
  use ExUnit.Case

  doctest Hello

  setup do
    greeting = Application.fetch_env!(:hello, :greeting)
    on_exit(fn -> Application.put_env(:hello, :greeting, greeting) end)
  end

  test "greets with the configured greeting" do
    Application.put_env(:hello, :greeting, "grüß dich")
    assert Hello.greet() == "hello from hello 0.1.0, greeting=grüß dich"
  end

  test "says goodbye" do
    assert Hello.farewell() == "tschüß"
  end

  test "the worker counts" do
    {first, greeting} = Hello.count()
    assert greeting == Hello.greet()
    assert Hello.count() == {first + 1, greeting}
  end
end
