# Before the compilation: what is compiled already, and may not be used again, goes.

defmodule MixReleaseBuilder.Prepared do
  @moduledoc false

  alias MixReleaseBuilder.{Apps, Checkout, Exchange, Plan, State}

  # What Mix itself keeps in its directory of compiled code, besides what compilation may write there.
  @of_mix ["lib", "rel", "consolidated", ".mix", ".mix-release"]

  def run(whole, environment, epoch) do
    build = Mix.Project.build_path()
    deps = Mix.Project.deps_path()
    Exchange.restore(build)
    sent = Checkout.sent()
    apps = Apps.all(sent)
    state = State.read(build)
    records = records(State.read_deps(deps), apps)
    fetched = fetched(deps, apps, sent)
    skipped = skipped(build, fetched || [deps], sent)
    written = if is_map(state), do: state.outputs, else: %{}
    # Of another environment, or of a state that is lost.
    foreign = Enum.reject(Checkout.written(), &(Map.has_key?(written, &1) or Map.has_key?(sent, &1)))
    Enum.each(foreign, &remove_file/1)
    walk = Checkout.walk(Checkout.root(), skipped)
    outputs = for {path, _} <- written, into: %{}, do: {path, Checkout.content(Checkout.absolute(path))}

    now = %{
      apps: apps,
      keys: Apps.keys(apps, environment, sent),
      whole: whole,
      epoch: epoch,
      made: made(walk, sent, written),
      prints: for({app, _} <- apps, into: %{}, do: {app, print(build, app)}),
      outputs: outputs,
      extras: extras(build),
      unlinked?: Enum.any?(apps, fn {app, facts} -> facts.own? and unlinked?(build, app, facts.dest) end),
      inputs: &MixReleaseBuilder.Inputs.content(&1, apps),
      deps: records,
      build: build,
      directories: Checkout.sent_directories(sent)
    }

    scratch = Plan.scratch(now, state)
    described = Enum.uniq(Map.keys(scratch) ++ described_again(now, state, scratch))
    defaults = for app <- described, into: %{}, do: {app, default_environment(description(now.build, app))}
    outputs = remove_code(now, state, scratch, sent)
    for app <- described, do: File.rm(description(now.build, app))
    Enum.each(defaults, &forget/1)
    remove_old(now, deps, sent)
    records = clean_dependencies(now, scratch, records)

    kept = for {app, _} <- apps, not Map.has_key?(scratch, app), into: %{}, do: {app, state.apps[app]}
    running = %{status: :running, epoch: epoch, apps: kept, outputs: outputs, extras: extras(build)}
    State.write(build, running)
    State.write_deps(deps, records)

    now
    |> Map.merge(%{state: running, deps_path: deps, sent: sent, skipped: skipped, scratch: scratch, deps: records, fetched: fetched})
    |> Map.put(:walk, if(outputs == written, do: walk, else: Checkout.walk(Checkout.root(), skipped)))
  end

  # Without a record, or with one that cannot be read, what was fetched earlier may be anything.
  defp records(records, _apps) when is_map(records), do: records
  defp records(:none, _apps), do: %{}
  defp records(:damaged, apps), do: for({app, %{own?: false}} <- apps, into: %{}, do: {app, %{wrote: %{}, spoilt?: true, by: nil}})

  # Where the checkout has some of the dependencies, what lies beside them and was fetched; nil where it has none.
  defp fetched(deps, apps, sent) do
    relative = Checkout.relative(deps)

    if relative != nil and MapSet.member?(Checkout.sent_directories(sent), relative) do
      names =
        for {_, %{own?: false, dest: dest}} <- apps, String.starts_with?(dest, deps <> "/") do
          dest |> Path.relative_to(deps) |> Path.split() |> hd()
        end

      for name <- Enum.uniq([".mix-release" | names]), do: Path.join(deps, name)
    end
  end

  # Compiled code of all environments is usually in one directory, `_build`.
  defp skipped(build, fetched, sent) do
    directories = Checkout.sent_directories(sent)
    all = Path.dirname(build)
    relative = Checkout.relative(all)
    holds_sources? = is_nil(relative) or MapSet.member?(directories, relative)
    [if(holds_sources?, do: build, else: all) | fetched]
  end

  # A digest of what lies in the checkout and was neither sent nor written by a compilation: hooks made it. An output
  # that has changed since counts as lost, and not as made.
  defp made(walk, sent, written) do
    for({path, entry} <- walk, not Checkout.as_sent?(entry, sent[path]), not Map.has_key?(written, path), do: path)
    |> Enum.sort()
    |> Enum.map(&{&1, Checkout.content(Checkout.absolute(&1))})
    |> Checkout.term_digest()
  end

  # Mix links these when a compilation begins.
  @linked ["priv", "include"]

  defp unlinked?(build, app, dest) do
    compiled = Path.join([build, "lib", Atom.to_string(app)])
    File.dir?(compiled) and Enum.any?(@linked, &(File.dir?(Path.join(dest, &1)) and not File.exists?(Path.join(compiled, &1))))
  end

  # What the compiled code of an application is: its files, and the description that Mix writes; nil where there is none.
  def print(build, app) do
    directory = Path.join([build, "lib", Atom.to_string(app)])
    description = Path.join([directory, "ebin", "#{app}.app"])

    if File.dir?(directory) do
      files = Checkout.walk(directory, [Path.join(directory, ".mix"), Path.join(directory, "consolidated")])
      skipped = ["ebin/#{app}.app" | @linked]
      code = for {path, {type, _, _, mtime, size, _}} <- files, path not in skipped, into: %{}, do: {path, {type, mtime, size}}
      {code, Checkout.content(description)}
    end
  end

  # What lies in the directory of compiled code and is not Mix's, by path: content.
  def extras(build) do
    for name <- Checkout.names(build), name not in @of_mix, path <- below(build, name), into: %{} do
      {path, Checkout.content(Path.join(build, path))}
    end
  end

  defp below(build, name) do
    full = Path.join(build, name)

    case Checkout.information(full) do
      {:directory, _, _, _, _, _} -> [name | for({path, _} <- Checkout.walk(full, []), do: Path.join(name, path))]
      _ -> [name]
    end
  end

  # Returns the outputs that stay.
  defp remove_code(now, state, scratch, sent) do
    for {app, _} <- scratch, do: remove_application(now.build, app)

    for name <- Checkout.names(Path.join(now.build, "lib")), not Enum.any?(now.apps, fn {app, _} -> Atom.to_string(app) == name end) do
      remove(Path.join([now.build, "lib", name]), now)
    end

    own? = Enum.any?(scratch, fn {app, _} -> now.apps[app].own? end)
    if scratch != %{}, do: unconsolidate(now.build)
    if own? or (is_map(state) and state.extras != now.extras), do: remove_extras(now)
    if is_map(state), do: remove_outputs(state.outputs, now, scratch, sent), else: %{}
  end

  defp remove_application(build, app), do: File.rm_rf!(Path.join([build, "lib", Atom.to_string(app)]))

  # Mix does not write the description of an application again for a version that git tells.
  defp described_again(now, state, scratch) do
    for {app, %{own?: true, base: base}} <- now.apps, not Map.has_key?(scratch, app), Map.get(state.apps[app], :base) != base, do: app
  end

  defp description(build, app), do: Path.join([build, "lib", Atom.to_string(app), "ebin", "#{app}.app"])

  defp default_environment(file) do
    case :file.consult(to_charlist(file)) do
      {:ok, [{:application, _, properties}]} -> Keyword.get(properties, :env, [])
      _ -> []
    end
  end

  # From Elixir 1.18 on, Mix has loaded the descriptions that were there, and code that asks for the version of a
  # dependency would be told the old one. What the configuration has set is set again.
  defp forget({app, defaults}) do
    configured = for {key, value} <- Application.get_all_env(app), Keyword.fetch(defaults, key) != {:ok, value}, do: {key, value}
    if :application.unload(app) == :ok, do: Application.put_all_env([{app, configured}], persistent: true)
  end

  defp unconsolidate(build) do
    File.rm_rf!(Path.join(build, "consolidated"))
    File.rm_rf!(Path.join([build, ".mix", "compile.protocols"]))

    for name <- Checkout.names(Path.join(build, "lib")) do
      File.rm_rf!(Path.join([build, "lib", name, "consolidated"]))
      File.rm_rf!(Path.join([build, "lib", name, ".mix", "compile.protocols"]))
    end
  end

  defp remove_extras(now) do
    for name <- Checkout.names(now.build), name not in @of_mix, do: remove(Path.join(now.build, name), now)
  end

  # What no application has for certain belongs to all.
  defp remove_outputs(outputs, now, scratch, sent) do
    own? = Enum.any?(scratch, fn {app, _} -> now.apps[app].own? end)

    {gone, stay} =
      Enum.split_with(outputs, fn {_, {app, _}} ->
        Map.has_key?(scratch, app) or not Map.has_key?(now.apps, app) and (app != :all or own?)
      end)

    for {path, _} <- gone, not Map.has_key?(sent, path), do: remove_file(path)
    Map.new(stay)
  end

  defp remove_file(path) do
    full = Checkout.absolute(path)
    if match?({:directory, _, _, _, _, _}, Checkout.information(full)), do: :file.del_dir(full), else: :file.delete(full)
    remove_empty(Checkout.parent(path))
  end

  # A clean checkout does not have the directories either.
  defp remove_empty(""), do: :ok
  defp remove_empty(path), do: if(:file.del_dir(Checkout.absolute(path)) == :ok, do: remove_empty(Checkout.parent(path)))

  # Dependencies that the project has no longer.
  defp remove_old(now, deps, _sent) do
    used = for {_, %{dest: dest}} <- now.apps, into: MapSet.new(), do: dest

    for name <- Checkout.names(deps),
        path = Path.join(deps, name),
        File.dir?(path) and not Enum.any?(used, &(&1 == path or String.starts_with?(&1, path <> "/"))),
        do: remove(path, now)
  end

  # Nothing that holds sources is removed, wherever a project has its directories.
  defp remove(path, now) do
    relative = Checkout.relative(path)
    own? = Enum.any?(now.apps, fn {_, facts} -> facts.own? and (facts.dest == path or String.starts_with?(facts.dest, path <> "/")) end)
    unless relative == "" or own? or MapSet.member?(now.directories, relative), do: File.rm_rf!(path)
  end

  # Brings the files of dependencies that are to be compiled back to what was fetched.
  defp clean_dependencies(now, scratch, records) do
    dirty = for {app, _} <- scratch, not now.apps[app].own?, record = records[app] || unknown(now, app), do: {app, MixReleaseBuilder.Fetched.clean(now.apps[app].dest, record)}
    again = for {app, :again} <- dirty, do: app
    MixReleaseBuilder.Fetched.again(again, now.apps)
    Map.drop(records, for({app, _} <- dirty, do: app))
  end

  # One that a hook compiled.
  defp unknown(now, app), do: now.prints[app] && :unknown
end

defmodule Mix.Tasks.MixReleaseBuilder.Prepare do
  @moduledoc false
  # mix mix_release_builder.prepare MARK WHOLE ENVIRONMENT EPOCH: removes compiled code that would not be what a clean
  # build compiles. WHOLE is a digest of all that was sent, ENVIRONMENT one of the variables that code may read, EPOCH
  # one of the hooks.
  use Mix.Task

  alias MixReleaseBuilder.Say

  @impl true
  def run([mark, whole, environment, epoch]) do
    MixReleaseBuilder.load()
    Say.say(mark, "fact", "deps_path", Mix.Project.deps_path())
    Say.say(mark, "fact", "build_path", Mix.Project.build_path())
    {prepared, scratch} = prepared(whole, environment, epoch)
    Process.put(MixReleaseBuilder.Prepared, prepared)
    reasons = for {app, reason} <- Enum.sort(scratch), reason != "new", do: "#{app} #{reason}"
    Say.say(mark, "fact", "recompiled", Enum.join(reasons, "\n"))
    fetched = (prepared && prepared.fetched) || []
    Say.say(mark, "fact", "fetched", Enum.map_join(fetched, "\n", &MixReleaseBuilder.Checkout.encode(Path.basename(&1))))
  end

  # What cannot be compared is not used. A fault of the project itself, Mix reports next.
  defp prepared(whole, environment, epoch) do
    prepared = MixReleaseBuilder.Prepared.run(whole, environment, epoch)
    {prepared, prepared.scratch}
  rescue
    error ->
      build = Mix.Project.build_path()
      MixReleaseBuilder.State.doubt(build, Mix.Project.deps_path(), error)
      for ebin <- Path.wildcard(Path.join(build, "lib/*/ebin")), do: File.rm_rf!(Path.dirname(ebin))
      {nil, %{all: "error"}}
  end
end
