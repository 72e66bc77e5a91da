defmodule Mix.Tasks.Compile.Cargo do
  @moduledoc false
  # Runs cargo, as packages with Rustler do. What it makes lies below _build, and nothing in the sources.

  use Mix.Task.Compiler

  @crate "native/words"

  @impl true
  def run(_args) do
    cargo = System.find_executable("cargo") || Mix.raise("cargo was not found: it is in the package cargo of Debian and Alpine.")
    target = Path.join(Mix.Project.app_path(), "cargo")

    {_, status} =
      System.cmd(cargo, ["build", "--release", "--locked", "--target-dir", target],
        cd: @crate,
        into: IO.stream(:stdio, :line),
        stderr_to_stdout: true
      )

    if status != 0, do: Mix.raise("cargo exited with status #{status}. Its output is above.")

    # With a target of its own, cargo writes into a directory of that name.
    built = Path.join([target, System.get_env("CARGO_BUILD_TARGET", ""), "release", "libwords.so"])
    priv = Path.join(Mix.Project.app_path(), "priv")
    File.mkdir_p!(priv)
    File.cp!(built, Path.join(priv, "words.so"))
    {:ok, []}
  end
end

defmodule RustNif.MixProject do
  use Mix.Project

  def project do
    [
      app: :rust_nif,
      version: "0.1.0",
      elixir: "~> 1.10",
      compilers: [:cargo] ++ Mix.compilers(),
      start_permanent: Mix.env() == :prod
    ]
  end

  def application do
    [extra_applications: [:logger]]
  end
end
