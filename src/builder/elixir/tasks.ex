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
    for task <- [Probe, Stage, Releases, Lock, HexAuth, Compile, Describe] do
      {:module, _} = Code.ensure_loaded(Module.concat(Mix.Tasks.MixReleaseBuilder, task))
    end

    {:module, _} = Code.ensure_loaded(MixReleaseBuilder.Say)
    {:module, _} = Code.ensure_loaded(MixReleaseBuilder.Diagnostics)
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

defmodule MixReleaseBuilder.Diagnostics do
  @moduledoc false

  # Separators that text for people does not have, because Elixir 1.10 brings nothing that writes JSON.
  @field "\x1f"
  @record "\x1e"

  # What compilers reported, from what the task gave: a record each of severity, file, line, column and message.
  def records(result), do: result |> List.wrap() |> Enum.flat_map(&of_result/1) |> Enum.map(&fields/1) |> join()

  # Every application of the project and its dependencies, with its directory.
  def applications do
    config = Mix.Project.config()
    own = Mix.Project.apps_paths() || %{config[:app] => "."}
    all = Enum.concat(dependencies(), own)
    all |> Enum.map(fn {app, path} -> [to_string(app), Path.expand(path)] end) |> join()
  end

  # Where Mix does not know the dependencies, it says so itself.
  defp dependencies do
    Mix.Project.deps_paths()
  rescue
    _ -> %{}
  end

  defp of_result({status, diagnostics}) when is_atom(status) and is_list(diagnostics), do: diagnostics
  defp of_result(_), do: []

  defp fields(%{severity: severity, file: file, position: position, message: message}) do
    {line, column} = place(position)
    Enum.map([severity, file || "", line, column], &to_string/1) ++ [IO.chardata_to_string(message)]
  end

  defp place({line, column}), do: {line, column}
  defp place({line, column, _, _}), do: {line, column}
  defp place(line), do: {line || 0, 0}

  defp join(records), do: Enum.map_join(records, @record, &Enum.join(&1, @field))
end

defmodule Mix.Tasks.MixReleaseBuilder.Compile do
  @moduledoc false
  # mix mix_release_builder.compile MARK [ARGUMENT ...]: compiles as `mix compile` does, and says what the compilers reported.
  use Mix.Task

  @impl true
  def run([mark | arguments]) do
    MixReleaseBuilder.load()
    result = Mix.Task.run("compile", arguments ++ returned())
    MixReleaseBuilder.Say.say(mark, "fact", "diagnostics", MixReleaseBuilder.Diagnostics.records(result))
    if result |> List.wrap() |> Enum.any?(&match?({:error, _}, &1)), do: exit({:shutdown, 1})
  after
    MixReleaseBuilder.Say.say(mark, "fact", "applications", MixReleaseBuilder.Diagnostics.applications())
  end

  # With errors returned, Mix does not end before they are said. An alias may hand its arguments to anything.
  defp returned do
    if Keyword.has_key?(Mix.Project.config()[:aliases] || [], :compile), do: [], else: ["--return-errors"]
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
    MixReleaseBuilder.load()
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

defmodule Mix.Tasks.MixReleaseBuilder.Lock do
  @moduledoc false
  # mix mix_release_builder.lock MARK: the first time it keeps what mix.lock says. The second time it says what has
  # changed since, one line a dependency, and stops here when something has. A project without the file has none to
  # fit, which it says as well.
  use Mix.Task

  @impl true
  def run([mark]) do
    MixReleaseBuilder.load()
    now = Mix.Dep.Lock.read()

    case Process.get(__MODULE__) do
      nil -> Process.put(__MODULE__, {File.exists?(Mix.Project.config()[:lockfile]), now})
      {true, before} -> compare(mark, before, now)
      {false, _} -> if now != %{}, do: MixReleaseBuilder.Say.say(mark, "fact", "unlocked", "yes")
    end

    Mix.Task.reenable("mix_release_builder.lock")
  end

  defp compare(mark, before, now) do
    drifted = for {app, lock} <- Enum.sort(now), before[app] != lock, do: drift(app, before[app], lock)

    if drifted != [] do
      MixReleaseBuilder.Say.say(mark, "fact", "drifted", Enum.join(drifted, "\n"))
      exit({:shutdown, 66})
    end
  end

  defp drift(app, nil, lock), do: "#{app} is not in it and would be #{locked(lock)}"

  defp drift(app, before, lock) do
    case {locked(before), locked(lock)} do
      {same, same} -> "#{app} is in it at #{same}, and another checksum or option would be noted"
      {old, new} -> "#{app} is in it at #{old} and would be #{new}"
    end
  end

  defp locked(lock) when elem(lock, 0) == :hex, do: to_string(elem(lock, 2))
  defp locked(lock) when elem(lock, 0) == :git, do: lock |> elem(2) |> to_string() |> String.slice(0, 12)
  defp locked(lock), do: inspect(lock)
end

defmodule Mix.Tasks.MixReleaseBuilder.HexAuth do
  @moduledoc false
  # mix mix_release_builder.hex_auth: runs the tasks of Hex that MIX_RELEASE_HEX_AUTH names, one a line, each word of
  # it in Base64: keys are among them, which are never to be seen in a list of processes.
  use Mix.Task

  @variable "MIX_RELEASE_HEX_AUTH"

  @impl true
  def run([]) do
    lines = @variable |> System.get_env() |> to_string() |> String.split("\n", trim: true)
    System.delete_env(@variable)

    for line <- lines do
      [task | args] = line |> String.split(" ") |> Enum.map(&Base.decode64!/1)
      Mix.Task.reenable(task)
      Mix.Task.run(task, args)
    end
  end
end

defmodule MixReleaseBuilder.Agent do
  @moduledoc false
  # Stands in for an SSH agent at a socket: what comes to the socket goes out as frames on standard output, and frames
  # from standard input go back. A frame is its length (4 bytes), the number of the connection (4 bytes) and data; one
  # without data says that its side has closed the connection. Number 0 says that the socket is there.

  def run do
    path = System.get_env("MIX_RELEASE_AGENT_SOCKET")
    port = Port.open({:fd, 0, 1}, [:binary, :eof, packet: 4])
    {:ok, listener} = :gen_tcp.listen(0, [:binary, active: false, ip: {:local, path}])
    owner = self()
    spawn_link(fn -> accept(listener, owner) end)
    Port.command(port, <<0::32>>)
    loop(port, %{}, 1)
  end

  defp accept(listener, owner) do
    {:ok, socket} = :gen_tcp.accept(listener)
    :ok = :gen_tcp.controlling_process(socket, owner)
    send(owner, {:accepted, socket})
    accept(listener, owner)
  end

  # Both ways in one map: a socket by its number, and a number by its socket.
  defp loop(port, known, next) do
    receive do
      {:accepted, socket} ->
        :inet.setopts(socket, active: true)
        loop(port, Map.merge(known, %{next => socket, socket => next}), next + 1)

      {:tcp, socket, data} ->
        Port.command(port, [<<Map.fetch!(known, socket)::32>>, data])
        loop(port, known, next)

      {:tcp_closed, socket} ->
        Port.command(port, <<Map.fetch!(known, socket)::32>>)
        loop(port, Map.drop(known, [socket, known[socket]]), next)

      {^port, {:data, <<number::32, data::binary>>}} ->
        loop(port, from_agent(known, number, known[number], data), next)

      {^port, :eof} ->
        System.halt(0)
    end
  end

  defp from_agent(known, _number, nil, _data), do: known

  defp from_agent(known, number, socket, "") do
    :gen_tcp.close(socket)
    Map.drop(known, [number, socket])
  end

  defp from_agent(known, _number, socket, data) do
    :gen_tcp.send(socket, data)
    known
  end
end

defmodule Mix.Tasks.MixReleaseBuilder.Describe do
  @moduledoc false
  # mix mix_release_builder.describe MARK [NAME] [OPTION ...]: says what the release will be, as Mix resolves it with
  # the options of `mix release`, and clears its directory, because Mix does not rebuild over a version that is there.
  use Mix.Task

  @switches [
    overwrite: :boolean,
    force: :boolean,
    quiet: :boolean,
    path: :string,
    version: :string,
    compile: :boolean,
    deps_check: :boolean,
    archives_check: :boolean,
    elixir_version_check: :boolean
  ]

  @impl true
  def run([mark | args]) do
    MixReleaseBuilder.load()
    Mix.Task.run(if("--no-compile" in args, do: "loadpaths", else: "compile"), args)
    {overrides, names} = OptionParser.parse!(args, strict: @switches)
    name = names |> Enum.map(&String.to_atom/1) |> List.first()
    release = Mix.Release.from_config!(name, Mix.Project.config(), overrides)
    unless holds_the_build?(release.path), do: File.rm_rf!(release.path)

    for key <- [:name, :version, :path, :erts_version] do
      MixReleaseBuilder.Say.say(mark, "fact", key, Map.fetch!(release, key))
    end
  end

  # Whether the project or what is compiled lies in a directory.
  defp holds_the_build?(path) do
    parts = Path.split(path)
    Enum.any?([File.cwd!(), Mix.Project.build_path()], &List.starts_with?(Path.split(&1), parts))
  end
end
