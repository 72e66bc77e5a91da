# Compiled code for a further target: which applications have native code, and exchanging it for that of the target.

defmodule MixReleaseBuilder.Natives do
  @moduledoc false

  alias MixReleaseBuilder.Checkout

  @tools [:elixir_make, :cc_precompiler, :rustler, :rustler_precompiled, :zigler]
  @compilers [:elixir_make, :make, :rustler, :cmake, :zig]
  @elf <<0x7F, "ELF">>

  # The applications whose code has to be compiled for each target, with the reason in a word.
  def of(apps, build) do
    for {app, facts} <- apps, reason = reason(app, facts, build), into: %{}, do: {app, reason}
  end

  defp reason(app, facts, build) do
    cond do
      not File.dir?(directory(build, app)) -> nil
      files(build, app) != [] -> "native"
      sign?(app, facts) -> "tools"
      Enum.any?(beams(build, app), &elf_inside?/1) -> "literal"
      true -> nil
    end
  end

  defp directory(build, app), do: Path.join([build, "lib", Atom.to_string(app)])

  defp sign?(app, _facts) when app in @tools, do: false

  defp sign?(_app, facts) do
    config = facts.config || []
    used = for dep <- config[:deps] || [], is_tuple(dep), do: elem(dep, 0)
    compilers = config[:compilers] || []
    Enum.any?(@tools, &(&1 in used)) or Enum.any?(@compilers, &(&1 in compilers)) or not facts.mix? and rebar?(facts.dest)
  end

  # rebar3 compiles what port_specs and hooks name; other programs may compile anything.
  defp rebar?(dest) do
    case File.read(Path.join(dest, "rebar.config")) do
      {:ok, text} -> text =~ "port_specs" or text =~ "pre_hooks"
      {:error, _} -> true
    end
  end

  # The ELF files of an application as a release takes it, absolute, those of linked directories too.
  def files(build, app) do
    for path <- below(directory(build, app)), elf?(path), do: path
  end

  def below(directory) do
    Enum.flat_map(Checkout.names(directory), fn name ->
      path = Path.join(directory, name)

      case File.stat(path) do
        {:ok, %{type: :directory}} -> if name in [".mix", "ebin", "consolidated"], do: [], else: below(path)
        {:ok, %{type: :regular}} -> [path]
        _ -> []
      end
    end)
  end

  defp elf?(path), do: head(path, 4) == @elf

  # What `e_machine` of a file is: 62 for x86_64, 183 for aarch64. Both are little-endian.
  def machine(path) do
    case head(path, 20) do
      <<@elf, _::binary-size(14), machine::little-16>> -> machine
      _ -> nil
    end
  end

  defp head(path, size) do
    with {:ok, file} <- :file.open(path, [:read, :raw, :binary]) do
      read = :file.read(file, size)
      :file.close(file)
      with {:ok, data} <- read, do: data
    end
  end

  def beams(build, app) do
    ebin = Path.join(directory(build, app), "ebin")
    for name <- Checkout.names(ebin), Path.extname(name) == ".beam", do: Path.join(ebin, name)
  end

  # A program that was read while compiling lies among the literals, which are compressed up to OTP 27.
  def elf_inside?(beam) do
    case :beam_lib.chunks(to_charlist(beam), ['LitT'], [:allow_missing_chunks]) do
      {:ok, {_, [{_, <<size::32, rest::binary>>}]}} -> :binary.match(literals(size, rest), @elf) != :nomatch
      _ -> false
    end
  end

  defp literals(0, plain), do: plain
  defp literals(_, compressed), do: :zlib.uncompress(compressed)

  # The applications of OTP, which come from the runtime of the target.
  def of_otp do
    for name <- Checkout.names(to_string(:code.lib_dir())), uniq: true, do: name |> String.split("-") |> hd()
  end

  # By module, what decides how it behaves.
  def bytecode(build, app) do
    for beam <- beams(build, app), {:ok, {module, digest}} <- [:beam_lib.md5(to_charlist(beam))], into: %{}, do: {module, digest}
  end
end

defmodule MixReleaseBuilder.Exchange do
  @moduledoc false

  alias MixReleaseBuilder.{Checkout, State}

  # Code of the machine that compiles is parked while that of a target lies in its place, and the reverse. What lies
  # where is written down before anything moves.

  def root(build), do: Path.join(State.directory(build), "cross")

  def directory(build, who), do: Path.join(root(build), who)

  # Puts the code of the machine that compiles back in its place, however a build ended.
  def restore(build) do
    case State.read_term(marker(build)) do
      :none -> :ok
      :damaged -> raise "what was exchanged for a target is not known"
      %{who: who, own: own, target: target} -> restore(build, who, own, target)
    end
  end

  defp restore(build, who, own, target) do
    case target do
      nil -> File.rm_rf!(directory(build, who))
      %{paths: paths} -> park(build, who, paths)
    end

    # What half a compilation for the target left.
    for path <- own.replaced, do: File.rm_rf!(path)
    unpark(build, "own", own.paths)
    File.rm!(marker(build))
    :ok
  end

  # Notes what is about to be exchanged. `replaced` are paths that a compilation for the target makes anew.
  def begin(build, who, paths) do
    note(build, %{who: who, own: %{paths: paths, replaced: paths}, target: nil})
    File.rm_rf!(directory(build, "own"))
    park(build, "own", paths)
  end

  # Parks more, such as what depends on code that differs.
  def more(build, paths) do
    %{own: own} = noted = State.read_term(marker(build))
    all = own.paths ++ paths
    note(build, %{noted | own: %{paths: all, replaced: all}})
    park(build, "own", paths)
  end

  # The code of the target is whole: `state` is what the next build compares.
  def done(build, paths, state) do
    noted = State.read_term(marker(build))
    File.mkdir_p!(directory(build, noted.who))
    State.write_term(Path.join(directory(build, noted.who), "state"), %{state: state, paths: paths})
    note(build, %{noted | target: %{paths: paths}})
  end

  # Takes what an earlier build compiled for the target; nil where there is none, or `state` is another.
  def again(build, who, state) do
    case State.read_term(Path.join(directory(build, who), "state")) do
      %{state: ^state, paths: paths} ->
        noted = State.read_term(marker(build))
        note(build, %{noted | target: %{paths: paths}})
        unpark(build, who, paths)
        paths

      _ ->
        File.rm_rf!(directory(build, who))
        nil
    end
  end

  defp marker(build), do: Path.join(root(build), "exchanged")
  defp note(build, what), do: State.write_term(marker(build), what)

  defp park(build, who, paths) do
    for path <- paths, Checkout.information(path) != nil, do: move(path, parked(build, who, path))
  end

  defp unpark(build, who, paths) do
    for path <- paths, from = parked(build, who, path), Checkout.information(from) != nil do
      File.rm_rf!(path)
      move(from, path)
    end
  end

  # Where what belongs at a path is parked.
  def parked(build, who, path), do: Path.join([directory(build, who), "files", Checkout.encode(Path.relative_to(path, "/build"))])

  defp move(from, to) do
    File.mkdir_p!(Path.dirname(to))
    File.rename!(from, to)
  end
end

defmodule MixReleaseBuilder.Cross do
  @moduledoc false

  alias MixReleaseBuilder.{Apps, Checkout, Exchange, Fetched, Inputs, Natives, State}

  # Compiles for a target what is not the same for all of them. `same` is what decides the compiled code besides files
  # and configuration: a digest for the environment of the project, and one of compilers. Returns the applications that
  # were compiled or taken for this target, with reasons.
  def run(triple, machine, environment, compilers, arguments) do
    build = Mix.Project.build_path()
    deps = Mix.Project.deps_path()
    Exchange.restore(build)
    sent = Checkout.sent()
    apps = Apps.all(sent)
    state = known!(State.read(build))
    records = records(State.read_deps(deps))
    keys = Apps.keys(apps, environment, sent)
    differing = for {app, entry} <- state.apps, reason = differs(app, entry, keys), into: %{}, do: {app, reason}
    set = apps |> Natives.of(build) |> Map.merge(differing) |> dependents(apps, Map.keys(differing))
    now = %{build: build, apps: apps, state: state, records: records, sent: sent, arguments: arguments, machine: machine}
    if set != %{}, do: exchange(now, triple, set, {environment, compilers, keys})
    foreign = for {app, _} <- set, path <- Natives.files(build, app), Natives.machine(path) != machine, do: {app, path, Natives.machine(path)}
    inside = for {app, _} <- set, beam <- Natives.beams(build, app), Natives.elf_inside?(beam), do: {app, beam, nil}
    {set, foreign ++ inside}
  end

  defp known!(%{status: :done} = state), do: state
  defp known!(_), do: raise("what was compiled is not known: --no-compile, or a compilation that was not watched")

  # Without dependencies there are no records of any.
  defp records(:none), do: %{}
  defp records(records) when is_map(records), do: records

  # What is evaluated, or read while compiling, is another for this target.
  defp differs(app, entry, keys) do
    cond do
      entry.key != keys[app] -> "configuration"
      Enum.any?(entry.inputs, fn {input, content} -> match?({:variable, _}, input) and Inputs.content(input) != content end) -> "variables"
      true -> nil
    end
  end

  defp dependents(set, apps, changed) do
    for {app, _} <- apps, not Map.has_key?(set, app), Enum.any?(Apps.needed(apps, app), &(&1 in changed)), into: set, do: {app, "dependency"}
  end

  defp exchange(now, triple, set, decisive) do
    entries = for {app, _} <- Enum.sort(set), do: {app, Map.take(now.state.apps[app] || %{}, [:key, :whole, :print])}
    wanted = Checkout.term_digest({decisive, entries})

    before = bytecode(now, set)
    Exchange.begin(now.build, triple, paths(now, Map.keys(set)))

    unless Exchange.again(now.build, triple, wanted) do
      paths = compile(now, set)
      Exchange.done(now.build, paths ++ compile_more(now, set, before), wanted)
    end
  end

  # Where the code of applications lies: what is compiled, and what compilation wrote below the sources.
  defp paths(now, names) do
    built = for app <- names, do: Path.join([now.build, "lib", Atom.to_string(app)])
    fetched = for app <- names, %{wrote: wrote} <- [now.records[app]], {path, _} <- wrote, do: Path.join(now.apps[app].dest, path)
    own? = Enum.any?(names, &now.apps[&1].own?)
    outputs = for {path, {owner, _}} <- now.state.outputs, owner in names or owner == :all and own?, not Map.has_key?(now.sent, path), do: Checkout.absolute(path)
    built ++ fetched ++ outputs
  end

  defp compile(now, set) do
    names = Map.keys(set)
    fetched = for app <- names, not now.apps[app].own?, do: app
    spoilt = for app <- fetched, match?(%{spoilt?: true}, now.records[app]), :again <- [Fetched.clean(now.apps[app].dest, %{wrote: %{}, spoilt?: true})], do: app
    Fetched.again(spoilt, now.apps)
    places = for app <- fetched, do: now.apps[app].dest
    before = for place <- [Checkout.root() | places], into: %{}, do: {place, look(place, now)}
    compile_or_keep(now, names)
    built = for app <- names, do: Path.join([now.build, "lib", Atom.to_string(app)])
    wrote = for {place, entries} <- before, {path, entry} <- look(place, now), entries[path] != entry, do: Path.join(place, path)
    built ++ wrote
  end

  # A module that runs its own native code while it is compiled cannot do so with that of another machine. Where all that
  # native code is there for the target, such an application keeps the bytecode of the machine that compiles.
  defp compile_or_keep(now, names) do
    Mix.Task.run("deps.loadpaths", now.arguments)
    Mix.Task.run("compile", now.arguments)
  catch
    kind, reason ->
      trace = __STACKTRACE__
      kept = for app <- names, not compiled?(now, app), native_whole?(now, app), do: app
      if kept == [], do: :erlang.raise(kind, reason, trace)
      for app <- kept, do: keep_bytecode(now, app)
      Mix.shell().info("#{Enum.join(kept, ", ")}: native code is for the target, bytecode is that of the first compilation")
      Mix.Task.clear()
      compile_or_keep(now, names)
  end

  # The file with the application's name is written last.
  defp compiled?(now, app), do: File.regular?(Path.join(lib(now, app), "ebin/#{app}.app"))

  # Whether an application has all its files with native code, each for the target.
  defp native_whole?(now, app) do
    own = Exchange.parked(now.build, "own", lib(now, app))
    wanted = for path <- Natives.below(own), Natives.machine(path) != nil, do: Path.relative_to(path, own)
    wanted != [] and Enum.all?(wanted, &(Natives.machine(Path.join(lib(now, app), &1)) == now.machine))
  end

  # With the times of its files, by which Mix knows that nothing is to be compiled.
  defp keep_bytecode(now, app) do
    own = Exchange.parked(now.build, "own", lib(now, app))

    for name <- ["ebin", ".mix"], from = Path.join(own, name), File.dir?(from) do
      File.rm_rf!(Path.join(lib(now, app), name))
      {_, 0} = System.cmd("cp", ["-a", from, lib(now, app)])
    end
  end

  defp lib(now, app), do: Path.join([now.build, "lib", Atom.to_string(app)])

  # What depends on code that is another for this target, as that of precompiled files is.
  defp compile_more(now, set, before) do
    changed = for {app, code} <- bytecode(now, set), code != before[app], do: app
    more = dependents(set, now.apps, changed) |> Map.drop(Map.keys(set))

    if more == %{} do
      []
    else
      Exchange.more(now.build, paths(now, Map.keys(more)))
      Mix.Task.clear()
      compile(now, more)
    end
  end

  defp bytecode(now, set), do: for({app, _} <- set, into: %{}, do: {app, Natives.bytecode(now.build, app)})

  defp look(place, now) do
    skipped = if place == Checkout.root(), do: [Mix.Project.deps_path(), Path.dirname(now.build)], else: []
    Checkout.walk(place, skipped)
  end
end

defmodule Mix.Tasks.MixReleaseBuilder.Cross do
  @moduledoc false
  # mix mix_release_builder.cross MARK TRIPLE MACHINE ENVIRONMENT COMPILERS [ARGUMENT ...]: exchanges what is not the
  # same for all targets for that of TRIPLE. MACHINE is `e_machine` of its files, ENVIRONMENT a digest of the variables
  # that code may read, COMPILERS one of what compiles native code.
  use Mix.Task

  alias MixReleaseBuilder.Say

  @impl true
  def run([mark, triple, machine, environment, compilers | arguments]) do
    MixReleaseBuilder.load()
    {set, foreign} = MixReleaseBuilder.Cross.run(triple, String.to_integer(machine), environment, compilers, arguments)
    Say.say(mark, "fact", "crossed", Enum.map_join(Enum.sort(set), "\n", fn {app, reason} -> "#{app} #{reason}" end))
    Say.say(mark, "fact", "otp_applications", Enum.join(MixReleaseBuilder.Natives.of_otp(), " "))
    Say.say(mark, "fact", "foreign", Enum.map_join(foreign, "\n", fn {app, path, found} -> "#{app} #{found || "beam"} #{path}" end))
    if foreign != [], do: exit({:shutdown, 67})
  end
end

defmodule Mix.Tasks.MixReleaseBuilder.Restore do
  @moduledoc false
  # mix mix_release_builder.restore: puts the code of the machine that compiles back in the place of a target's.
  use Mix.Task

  @impl true
  def run([]), do: MixReleaseBuilder.Exchange.restore(Mix.Project.build_path())
end

defmodule Mix.Tasks.MixReleaseBuilder.Erts do
  @moduledoc false
  # mix mix_release_builder.erts MARK DIRECTORY: has every release take the runtime and the OTP applications of
  # DIRECTORY, an Erlang root, where the project takes them from the machine that builds.
  use Mix.Task

  alias MixReleaseBuilder.Say

  @impl true
  def run([mark, directory]) do
    MixReleaseBuilder.load()
    [erts] = Path.wildcard(Path.join(directory, "erts-*"))
    config = Mix.Project.config()
    defined = if config[:releases] in [nil, []], do: [{config[:app], []}], else: config[:releases]
    Mix.ProjectStack.merge_config(releases: for({name, options} <- defined, do: {name, fn -> with_erts(mark, name, options, erts) end}))
  end

  defp with_erts(mark, name, options, erts) do
    options = if is_function(options, 0), do: options.(), else: options

    case Keyword.get(options, :include_erts, true) do
      true ->
        Keyword.put(options, :include_erts, erts)

      false ->
        options

      other ->
        Say.say(mark, "fact", "own_erts", "#{name} #{inspect(other)}")
        exit({:shutdown, 68})
    end
  end
end
