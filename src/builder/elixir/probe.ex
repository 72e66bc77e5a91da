# What the image is.

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
