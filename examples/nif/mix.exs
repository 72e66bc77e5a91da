defmodule Mix.Tasks.Compile.NifMake do
  @moduledoc false
  # Runs the project's Makefile with the variables that elixir_make gives it.

  use Mix.Task.Compiler

  @impl true
  def run(_args) do
    make!(["all"])
    Mix.Project.build_structure()
    {:ok, []}
  end

  @impl true
  def clean do
    make!(["clean"])
  end

  defp make!(targets) do
    make = System.get_env("MAKE") || "make"
    executable = System.find_executable(make) || Mix.raise(not_found(make))

    {_, status} =
      System.cmd(executable, targets,
        env: env(),
        into: IO.stream(:stdio, :line),
        stderr_to_stdout: true
      )

    if status != 0 do
      Mix.raise("""
      Could not compile the NIF: "#{make} #{Enum.join(targets, " ")}" exited with status #{status}.
      Its output is above. A C compiler, make and the header files of Erlang are needed \
      (on Debian: make, gcc and libc6-dev; on Alpine: make, gcc and musl-dev).
      """)
    end
  end

  defp not_found(make) do
    "Could not compile the NIF: \"#{make}\" was not found. " <>
      "Install it together with a C compiler (on Debian: make, gcc and libc6-dev; " <>
      "on Alpine: make, gcc and musl-dev)."
  end

  defp env do
    root = to_string(:code.root_dir())
    erts_include = Path.join([root, "erts-#{:erlang.system_info(:version)}", "include"])
    app_path = Mix.Project.app_path()

    [
      {"MIX_TARGET", to_string(Mix.target())},
      {"MIX_ENV", to_string(Mix.env())},
      {"MIX_APP_PATH", app_path},
      {"PRIV_DIR", Path.join(app_path, "priv")},
      {"ERTS_INCLUDE_DIR", System.get_env("ERTS_INCLUDE_DIR", erts_include)},
      # Set by the running Erlang, and of no use to make.
      {"BINDIR", nil},
      {"ROOTDIR", nil},
      {"PROGNAME", nil},
      {"EMU", nil}
    ]
  end
end

defmodule Nif.MixProject do
  use Mix.Project

  def project do
    [
      app: :nif,
      version: "0.2.0",
      elixir: "~> 1.10",
      compilers: [:nif_make] ++ Mix.compilers(),
      start_permanent: Mix.env() == :prod,
      releases: releases()
    ]
  end

  def application do
    [
      extra_applications: [:logger, :crypto],
      mod: {Nif.Application, []}
    ]
  end

  defp releases do
    [
      nif: [
        include_executables_for: [:unix],
        applications: [nif: :permanent]
      ]
    ]
  end
end
