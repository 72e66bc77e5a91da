defmodule Tarn.MixProject do
  use Mix.Project

  def project do
    [
      app: :tarn,
      version: "1.0.0",
      elixir: "~> 1.10",
      compilers: [:tarn_make] ++ Mix.compilers(),
      description: "A database library in C, which links the one of the system",
      package: [licenses: ["MIT"], links: %{}, files: ["lib", "c_src", "Makefile", "mix.exs"]]
    ]
  end

  def application do
    []
  end
end

defmodule Mix.Tasks.Compile.TarnMake do
  @moduledoc false
  use Mix.Task.Compiler

  @impl true
  def run(_args) do
    include = Path.join([to_string(:code.root_dir()), "erts-#{:erlang.system_info(:version)}", "include"])
    priv = Path.join(Mix.Project.app_path(), "priv")
    env = [{"ERTS_INCLUDE_DIR", include}, {"PRIV_DIR", priv}]
    {_, status} = System.cmd("make", [], env: env, into: IO.stream(:stdio, :line), stderr_to_stdout: true)
    if status != 0, do: Mix.raise("make exited with status #{status}")
    {:ok, []}
  end
end
