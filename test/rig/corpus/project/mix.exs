defmodule Mix.Tasks.Compile.Natives do
  @moduledoc false
  # Runs the Makefile with the variables that elixir_make gives it.

  use Mix.Task.Compiler

  @impl true
  def run(_args) do
    app_path = Mix.Project.app_path()
    erts_include = Path.join([:code.root_dir(), "erts-#{:erlang.system_info(:version)}", "include"])

    env = [
      {"MIX_APP_PATH", app_path},
      {"ERTS_INCLUDE_DIR", erts_include},
      {"BINDIR", nil},
      {"ROOTDIR", nil},
      {"PROGNAME", nil},
      {"EMU", nil}
    ]

    {_, status} = System.cmd("make", [], env: env, into: IO.stream(:stdio, :line), stderr_to_stdout: true)
    if status != 0, do: Mix.raise("make exited with status #{status}")
    Mix.Project.build_structure()
    {:ok, []}
  end
end

defmodule Corpus.MixProject do
  use Mix.Project

  def project do
    [
      app: :corpus,
      version: "1.0.0",
      elixir: "~> 1.10",
      compilers: [:natives] ++ Mix.compilers(),
      start_permanent: Mix.env() == :prod,
      releases: [
        corpus: [include_executables_for: [:unix]],
        without_erts: [include_executables_for: [:unix], include_erts: false]
      ]
    ]
  end

  def application do
    [extra_applications: [:logger, :crypto, :ssl, :runtime_tools] ++ more()]
  end

  # The stand-in for musl has neither os_mon nor C++.
  defp more, do: if(System.get_env("CORPUS_SMALL") == "yes", do: [], else: [:os_mon])
end
