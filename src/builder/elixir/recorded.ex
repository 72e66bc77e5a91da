# After the compilation: what it did, and so under which conditions its compiled code is used again.

defmodule MixReleaseBuilder.Recorded do
  @moduledoc false

  alias MixReleaseBuilder.{Apps, Checkout, Fetched, Inputs, Prepared, State}

  # Before the compilation: what lies in the directories of dependencies that are compiled now.
  def begin(now) do
    started = for {app, _, _} <- Application.started_applications(), do: app

    looks =
      for {app, _} <- now.scratch, facts = now.apps[app], not facts.own?, File.dir?(facts.dest), into: %{} do
        {app, %{before: Fetched.look(facts.dest)}}
      end

    State.write_deps(now.deps_path, Map.merge(now.deps, looks))
    Map.merge(now, %{started: started, looks: looks})
  end

  # Returns the paths of the checkout that compilation wrote, of this build and earlier ones.
  def finish(now, events) do
    finish_dependencies(now)
    walk = Checkout.walk(Checkout.root(), now.skipped)
    changed = for {path, entry} <- walk, now.walk[path] != entry, do: path
    gone = for {path, _} <- now.walk, not Map.has_key?(walk, path), do: path
    emptied = Enum.reject(gone, &directory?(now.walk[&1]))
    extras = Prepared.extras(now.build)
    seen = if events, do: Inputs.of(events, now), else: :unknown

    kept = for {path, {app, content}} <- now.state.outputs, Map.has_key?(walk, path), path not in changed, into: %{}, do: {path, {app, content}}
    outputs = for path <- changed, into: kept, do: {path, {owner(now, path), Checkout.content(Checkout.absolute(path))}}
    wrote = for {path, _} <- outputs, into: MapSet.new(emptied, &owner(now, &1)), do: owner(now, path)
    wrote = if extras == %{}, do: wrote, else: MapSet.put(wrote, :all)

    apps = for {app, facts} <- now.apps, entry = entry(app, facts, now, seen, wrote), into: %{}, do: {app, entry}
    State.write(now.build, %{status: :done, epoch: now.epoch, apps: apps, outputs: outputs, extras: extras})
    {Map.keys(outputs), apps}
  end

  defp directory?({:directory, _, _, _, _, _}), do: true
  defp directory?(_), do: false

  # What no application has for certain belongs to all.
  defp owner(now, path), do: Apps.owner(now.apps, Checkout.absolute(path)) || :all

  defp finish_dependencies(now) do
    records = for {app, %{before: before}} <- now.looks, into: now.deps, do: {app, Fetched.record(now.apps[app].dest, before, now.build)}
    State.write_deps(now.deps_path, records)
  end

  # nil for what is not compiled, or not to its end.
  defp entry(app, %{own?: false}, now, seen, _wrote) do
    print = Prepared.print(now.build, app)
    kept = now.state.apps[app]

    cond do
      is_nil(print) -> nil
      kept && elem(kept.print, 0) == elem(print, 0) -> %{kept | print: print}
      kept -> nil
      not compiled?(now.build, app) -> nil
      true -> filled(app, now, print, if(is_map(seen), do: Map.get(seen, app, {[], []}), else: {["unwatched"], []}), [])
    end
  end

  defp entry(app, facts, now, seen, wrote) do
    print = Prepared.print(now.build, app)
    by_nature = for {true, reason} <- nature(app, facts, wrote), do: reason
    if print, do: filled(app, now, print, watched(app, seen, now.state.apps[app], print), by_nature)
  end

  # What was so of code that is kept is so still.
  defp filled(app, now, print, {reasons, inputs}, by_nature) do
    kept = now.state.apps[app]
    why = Enum.uniq(if(kept, do: kept.why, else: []) ++ Enum.to_list(reasons) ++ by_nature)
    inputs = for input <- inputs, into: if(kept, do: kept.inputs, else: %{}), do: {input, Inputs.content(input, now.apps)}
    %{key: now.keys[app], base: now.apps[app].base, whole: now.whole, made: now.made, pure?: why == [], why: why, inputs: inputs, print: print}
  end

  # Compiled code that came about unwatched may depend on anything.
  defp watched(_app, :unknown, _kept, _print), do: {["unwatched"], []}

  defp watched(app, seen, kept, print) do
    cond do
      Map.has_key?(seen, app) -> seen[app]
      kept && print && not compiled_since?(kept.print, print) -> {[], []}
      true -> {["unwatched"], []}
    end
  end

  # Files may go without a compilation, as their sources have.
  defp compiled_since?({before, _}, {code, _}), do: Enum.any?(code, fn {path, file} -> before[path] != file end)

  defp nature(app, facts, wrote) do
    config = facts.config || []

    [
      {not facts.mix?, "programs"},
      {MapSet.member?(wrote, app) or MapSet.member?(wrote, :all), "writes"},
      {own_compilers?(config), "compilers"},
      {aliases?(config), "aliases"},
      {erlang?(facts.dest, config), "erlang"}
    ]
  end

  @compilers [:yecc, :leex, :erlang, :elixir, :app, :xref]

  # Compilers of the project itself. What those of dependencies do is watched.
  defp own_compilers?(config) do
    Enum.any?((config[:compilers] || []) -- @compilers, fn compiler ->
      module = Mix.Task.get("compile.#{compiler}")
      is_nil(module) or not fetched?(module)
    end)
  end

  defp fetched?(module) do
    case :code.which(module) do
      path when is_list(path) and path != [] ->
        own = for {app, %{own?: true}} <- Process.get(Prepared).apps, do: "/#{app}/ebin/"
        path = to_string(path)
        not Enum.any?(own, &String.contains?(path, &1))

      _ ->
        false
    end
  end

  # Steps of a compilation that are functions of mix.exs.
  defp aliases?(config) do
    for({name, _} <- config[:aliases] || [], do: to_string(name))
    |> Enum.any?(&(&1 in ["loadpaths", "loadconfig", "compile", "deps.loadpaths", "deps.compile", "deps.precompile"] or String.starts_with?(&1, "compile.")))
  end

  # What such a file includes, Mix tracks in part.
  defp erlang?(dest, config) do
    Enum.any?(config[:erlc_paths] || ["src"], fn directory ->
      Path.wildcard(Path.join([dest, directory, "**/*.{erl,xrl,yrl}"])) != []
    end)
  end

  # Mix notes it at the end, whichever program compiles.
  defp compiled?(build, app), do: File.exists?(Path.join([build, "lib", Atom.to_string(app), ".mix", "compile.elixir_scm"])) or File.exists?(Path.join([build, "lib", Atom.to_string(app), ".mix", "compile.fetch"]))
end
