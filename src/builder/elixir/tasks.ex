# What the builder runs inside the virtual machine of Mix, so that Mix itself says what a release is called and where it
# goes, and several steps share one start of the machine. Compiled into the builder image; works from Elixir 1.10 on.

defmodule MixReleaseBuilder.Say do
  @moduledoc false

  # One line a message: the mark that the caller chose, the kind, a name, and a value that no line end can break.
  def say(mark, kind, name, value \\ "") do
    IO.puts([mark, ?\s, kind, ?\s, to_string(name), ?\s, Base.encode64(to_string(value))])
  end
end

defmodule MixReleaseBuilder do
  @moduledoc false

  # Mix takes directories that are not the project's off the code path when it compiles: what is loaded stays.
  def load do
    for task <- [Probe, Stage, Releases, Describe] do
      {:module, _} = Code.ensure_loaded(Module.concat(Mix.Tasks.MixReleaseBuilder, task))
    end

    {:module, _} = Code.ensure_loaded(MixReleaseBuilder.Say)
  end
end

defmodule MixReleaseBuilder.Probe do
  @moduledoc false

  # What this image is, by key.
  def facts do
    {libc, libc_version} = libc(run("ldd", ["--version"]))

    [
      machine: String.trim(run("uname", ["-m"])),
      os: os(),
      os_codename: os_codename(),
      libc: libc,
      libc_version: libc_version,
      system_architecture: :erlang.system_info(:system_architecture),
      otp: otp(),
      erts: :erlang.system_info(:version),
      elixir: System.version(),
      hex: hex(),
      git: first_line(run("git", ["--version"])),
      cc: first_line(run("cc", ["--version"]))
    ]
  end

  # Hex is an archive that Mix loads; a probe outside of Mix does not see one that is not on the code path.
  defp hex do
    case :application.load(:hex) do
      {:error, {:already_loaded, :hex}} -> hex_version()
      :ok -> hex_version()
      {:error, _} -> ""
    end
  end

  defp hex_version do
    {:ok, version} = :application.get_key(:hex, :vsn)
    version
  end

  defp first_line(text), do: text |> String.split("\n") |> hd()

  defp otp do
    release = List.to_string(:erlang.system_info(:otp_release))

    case File.read(Path.join([:code.root_dir(), "releases", release, "OTP_VERSION"])) do
      {:ok, version} -> String.trim(version)
      {:error, _} -> release
    end
  end

  defp os do
    text = os_release()
    String.trim(value(text, "ID") <> " " <> value(text, "VERSION_ID"))
  end

  defp os_codename, do: value(os_release(), "VERSION_CODENAME")

  defp os_release do
    case File.read("/etc/os-release") do
      {:ok, text} -> text
      {:error, _} -> ""
    end
  end

  defp value(os_release, key) do
    case Regex.run(Regex.compile!("^" <> key <> "=\"?([^\"\n]*)\"?$", "m"), os_release) do
      [_, value] -> value
      nil -> ""
    end
  end

  # The first line of glibc's ldd ends in its version; musl's says its name on one line and its version on the next.
  defp libc(ldd) do
    musl = Regex.run(Regex.compile!("musl libc.*?Version (\\S+)", "s"), ldd)
    glibc = Regex.run(Regex.compile!("\\A[^\n]*?(\\d+\\.\\d+)\\s*$", "m"), ldd)

    cond do
      musl -> {"musl", Enum.at(musl, 1)}
      glibc -> {"glibc", Enum.at(glibc, 1)}
      true -> {"unknown", ""}
    end
  end

  defp run(program, args) do
    case System.find_executable(program) do
      nil -> ""
      path -> path |> System.cmd(args, stderr_to_stdout: true) |> elem(0)
    end
  end
end

defmodule Mix.Tasks.MixReleaseBuilder.Probe do
  @moduledoc false
  # mix mix_release_builder.probe MARK [MACHINE LIBC]: says what the image is, and stops here when it is another.
  use Mix.Task

  @impl true
  def run([mark | wanted]) do
    MixReleaseBuilder.load()
    facts = MixReleaseBuilder.Probe.facts()
    for {key, value} <- facts, do: MixReleaseBuilder.Say.say(mark, "fact", key, value)
    [erlang_machine | _] = facts[:system_architecture] |> to_string() |> String.split("-")
    if wanted not in [[], [facts[:machine], facts[:libc]]], do: exit({:shutdown, 65})
    if wanted != [] and erlang_machine != facts[:machine], do: exit({:shutdown, 65})
  end
end

defmodule Mix.Tasks.MixReleaseBuilder.Stage do
  @moduledoc false
  # mix mix_release_builder.stage MARK STAGE: says that a stage begins.
  use Mix.Task

  @impl true
  def run([mark, stage]) do
    MixReleaseBuilder.Say.say(mark, "stage", stage)
    # The same task marks the next stage, too, and Mix runs a task once.
    Mix.Task.reenable("mix_release_builder.stage")
  end
end

defmodule Mix.Tasks.MixReleaseBuilder.Releases do
  @moduledoc false
  # mix mix_release_builder.releases MARK [NAME ...]: says which releases the project defines, and stops here when one
  # that was asked for is not among them, or when none was and the choice is not clear: before the network is used.
  use Mix.Task

  @impl true
  def run([mark | asked]) do
    config = Mix.Project.config()
    defined = config |> Keyword.get(:releases, []) |> Keyword.keys() |> Enum.map(&Atom.to_string/1)
    default = Keyword.get(config, :default_release)
    unclear? = asked == [] and match?([_, _ | _], defined) and is_nil(default)

    MixReleaseBuilder.Say.say(mark, "fact", "releases", Enum.join(defined, " "))
    if unclear? or asked -- defined != [], do: exit({:shutdown, 64})
  end
end

defmodule Mix.Tasks.MixReleaseBuilder.Describe do
  @moduledoc false
  # mix mix_release_builder.describe MARK [NAME]: says what the release will be, as Mix resolves it, and clears its
  # directory, because Mix does not rebuild over a version that is there already.
  use Mix.Task

  @impl true
  def run([mark | name]) do
    MixReleaseBuilder.load()
    Mix.Task.run("compile", [])
    name = name |> Enum.map(&String.to_atom/1) |> List.first()
    release = Mix.Release.from_config!(name, Mix.Project.config(), overwrite: true)
    sources = File.cwd!()

    unless sources == release.path or String.starts_with?(sources, release.path <> "/") do
      File.rm_rf!(release.path)
    end

    for key <- [:name, :version, :path, :erts_version] do
      MixReleaseBuilder.Say.say(mark, "fact", key, Map.fetch!(release, key))
    end
  end
end
