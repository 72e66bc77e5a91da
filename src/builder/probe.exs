# Prints what this image is, one `key=value` a line. Runs before anything is compiled.
run = fn program, args ->
  case System.find_executable(program) do
    nil -> ""
    path -> path |> System.cmd(args, stderr_to_stdout: true) |> elem(0)
  end
end

otp_release = List.to_string(:erlang.system_info(:otp_release))
otp_version_file = Path.join([:code.root_dir(), "releases", otp_release, "OTP_VERSION"])

otp =
  case File.read(otp_version_file) do
    {:ok, version} -> String.trim(version)
    {:error, _} -> otp_release
  end

os_release =
  case File.read("/etc/os-release") do
    {:ok, text} -> text
    {:error, _} -> ""
  end

os =
  for key <- ["ID", "VERSION_ID"], into: "" do
    case Regex.run(~r/^#{key}="?([^"\n]*)"?$/m, os_release) do
      [_, value] when key == "ID" -> value
      [_, value] -> " " <> value
      nil -> ""
    end
  end

ldd = run.("ldd", ["--version"])

{libc, libc_version} =
  cond do
    match = Regex.run(~r/musl libc.*?Version (\S+)/s, ldd) -> {"musl", Enum.at(match, 1)}
    match = Regex.run(~r/\A[^\n]*\b(\d+\.\d+)$/m, ldd) -> {"glibc", Enum.at(match, 1)}
    true -> {"unknown", ""}
  end

present = fn names -> Enum.any?(names, &System.find_executable/1) end

facts = [
  machine: String.trim(run.("uname", ["-m"])),
  os: os,
  libc: libc,
  libc_version: libc_version,
  system_architecture: :erlang.system_info(:system_architecture),
  otp: otp,
  erts: :erlang.system_info(:version),
  elixir: System.version(),
  mix: Code.ensure_loaded?(Mix),
  hex: Code.ensure_loaded?(Hex) or match?([_ | _], Path.wildcard(Path.join([System.get_env("MIX_HOME") || "/nonexistent", "**", "hex-*"]))),
  git: present.(["git"]),
  cc: present.(["cc", "gcc", "clang"])
]

for {key, value} <- facts, do: IO.puts("#{key}=#{value}")
