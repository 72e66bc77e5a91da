# What an application's compilation depended on that Mix does not track, from what was seen of it.

defmodule MixReleaseBuilder.Inputs do
  @moduledoc false

  alias MixReleaseBuilder.{Apps, Checkout}

  @too_many 5_000
  @project {nil, {:project, nil}}
  @lists [:list_dir, :list_dir_all]
  @states [:read_file_info, :read_link_info, :read_link, :read_link_all]
  @reads [:read_file, :consult, :path_consult, :path_open, :eval, :script]
  @system ~w(/usr /lib /lib64 /bin /sbin /opt /etc /proc /sys /dev)

  # What an input is now; `apps` is needed for the configuration of projects. A directory's state is that it is there.
  def content(input, apps \\ %{})
  def content({:project, nil}, apps), do: Apps.projects(apps)
  def content({:variable, name}, _apps), do: System.get_env(name)
  def content({:list, path}, _apps), do: Enum.sort(Checkout.names(path))

  def content({:state, path}, _apps) do
    case File.stat(path) do
      {:ok, %{type: :directory}} -> :directory
      {:ok, %{mode: mode}} -> {mode, Checkout.content(real(path))}
      {:error, reason} -> reason
    end
  end

  defp real(path) do
    case File.read_link(path) do
      {:ok, target} -> target |> Path.expand(Path.dirname(path)) |> real()
      {:error, _} -> path
    end
  end

  # By application: {reasons why it is not pure, inputs}. `now` has apps, build and deps_path.
  def of(events, now) do
    now = with_modules(now)
    apps = events |> Enum.uniq() |> Enum.reduce(%{}, &add(&1, &2, now))
    for {app, {reasons, inputs}} <- apps, into: %{}, do: {app, limited(reasons, tracked(inputs, app, now))}
  end

  defp limited(reasons, inputs) do
    if MapSet.size(inputs) > @too_many, do: {MapSet.put(reasons, "reads"), MapSet.new()}, else: {reasons, inputs}
  end

  defp add({:compiled, source}, found, now), do: put(found, Apps.of_path(now.apps, source), nil)

  defp add({:compiler, cwd, call}, found, now) do
    app = Apps.of_path(now.apps, cwd)
    put(found, app, call |> kind(cwd) |> judge(nil, now) |> fitting(app, now))
  end

  defp add({source, _cwd, call}, found, now) do
    case Apps.of_path(now.apps, source) do
      nil -> found
      app -> put(found, app, call |> kind(now.apps[app].dest) |> judge(source, now) |> fitting(app, now))
    end
  end

  # The lock says what a dependency is made of, and a compilation of it from scratch is in a directory of its own. What
  # it learns about the checkout around it is another matter.
  defp fitting(what, app, now) do
    own? = app != nil and now.apps[app].own?
    if own? or (not is_binary(what) and what != @project) or what == "git", do: what
  end

  defp put(found, nil, _), do: found

  defp put(found, app, what) do
    {reasons, inputs} = Map.get(found, app, {MapSet.new(), MapSet.new()})

    case what do
      nil -> Map.put(found, app, {reasons, inputs})
      reason when is_binary(reason) -> Map.put(found, app, {MapSet.put(reasons, reason), inputs})
      input -> Map.put(found, app, {reasons, MapSet.put(inputs, input)})
    end
  end

  defp kind({:file, name, [path | _]}, cwd) when name in @lists, do: {:list, path(path, cwd)}
  defp kind({:file, name, [path | _]}, cwd) when name in @states or name in @reads, do: {:state, path(path, cwd)}
  defp kind({:file, :set_cwd, _}, _cwd), do: "directory"

  defp kind({:file, :open, [path, modes]}, cwd) do
    reads? = is_list(modes) and not Enum.any?([:write, :append, :exclusive, :ram], &(&1 in modes))
    {if(reads?, do: :state, else: :write), path(path, cwd)}
  end

  defp kind({:file, _, [path | _]}, cwd), do: {:write, path(path, cwd)}
  defp kind({:erlang, :open_port, [{_, program} | _]}, _cwd) do
    if Path.basename(to_string(program)) == "git", do: "git", else: "programs"
  end

  defp kind({:erlang, :open_port, _}, _cwd), do: "programs"
  defp kind({:application, _, [app | _]}, _cwd), do: {:start, app}
  defp kind({:os, :env, _}, _cwd), do: "environment"
  defp kind({:os, :getenv, []}, _cwd), do: "environment"
  defp kind({:os, :getenv, [name | _]}, _cwd), do: if(to_string(name) == "SOURCE_DATE_EPOCH", do: {nil, {:variable, "SOURCE_DATE_EPOCH"}})
  defp kind({:project, _, _}, _cwd), do: @project
  defp kind({:asked, module, caller}, _cwd), do: {:asked, module, caller}
  defp kind(_, _cwd), do: "network"

  defp path(path, cwd) do
    case path do
      path when is_binary(path) -> Path.expand(path, cwd)
      path when is_list(path) -> path |> List.flatten() |> Checkout.raw() |> Path.expand(cwd)
      path when is_atom(path) -> path |> Atom.to_string() |> Path.expand(cwd)
    end
  end

  defp judge({nil, _} = variable, _source, _now), do: variable
  defp judge({:start, app}, _source, now), do: if(app not in now.started, do: "applications")
  defp judge({:asked, module, caller}, _source, now), do: if(not ours?(caller) and open?(module, now), do: "modules")

  defp judge({:write, path}, _source, now) do
    ebin? = Enum.any?(now.apps, fn {app, _} -> Path.dirname(path) == ebin(now, app) end)
    unless ebin?, do: "writes"
  end

  defp judge({_, path}, path, _now), do: nil

  defp judge({kind, path}, source, now) do
    path = through_link(path, now)

    cond do
      path in [now.build, Path.join(now.build, "lib"), now.deps_path] -> nil
      within?(path, now.build) -> if(compiled_here?(path, now), do: "compiled")
      fetched?(path, now) -> nil
      within?(path, Checkout.root()) -> {source, {kind, path}}
      Enum.any?([to_string(:code.root_dir()), to_string(:code.lib_dir(:elixir)) | @system], &within?(path, &1)) -> nil
      path == "/" -> nil
      true -> "outside"
    end
  end

  defp judge(other, _source, _now), do: other

  defp fetched?(path, now) do
    app = Apps.of_path(now.apps, path)
    within?(path, now.deps_path) and (is_nil(app) or not now.apps[app].own? or not within?(now.apps[app].dest, now.deps_path))
  end

  # `priv` of compiled code leads to that of the sources.
  defp through_link(path, now) do
    with [app, dir | rest] when dir in ["priv", "include", "src"] <- below_lib(path, now),
         {:ok, target} <- File.read_link(Path.join([now.build, "lib", app, dir])) do
      Path.join([Path.expand(target, Path.join([now.build, "lib", app])) | rest])
    else
      _ -> path
    end
  end

  defp below_lib(path, now) do
    lib = Path.join(now.build, "lib")
    if within?(path, lib) and path != lib, do: path |> Path.relative_to(lib) |> Path.split(), else: []
  end

  # Of dependencies, the lock says what they are.
  defp compiled_here?(path, now) do
    case below_lib(path, now) do
      [app | rest] -> Enum.any?(now.apps, fn {name, facts} -> Atom.to_string(name) == app and facts.own? end) and rest != []
      [] -> true
    end
  end

  defp within?(path, directory), do: path == directory or String.starts_with?(path, directory <> "/")

  # Elixir and Mix ask for themselves, and remember.
  defp ours?(nil), do: false

  defp ours?(caller) do
    case :code.which(caller) do
      path when is_list(path) and path != [] ->
        libraries = for app <- [:elixir, :mix, :eex, :logger, :kernel, :stdlib, :compiler], do: to_string(:code.lib_dir(app))
        Enum.any?(libraries, &within?(to_string(path), &1))

      _ ->
        false
    end
  end

  # Whether the sources of the checkout decide that a module is there.
  defp open?(module, %{modules: modules, spaces: spaces}) when is_atom(module) do
    name = Atom.to_string(module)
    MapSet.member?(modules, name) or (MapSet.member?(spaces, space(name)) and :code.which(module) == :non_existing)
  end

  defp open?(_, _), do: true

  defp space(name), do: name |> String.split(".") |> Enum.take(2) |> Enum.join(".")

  # The modules of the project.
  defp with_modules(now) do
    modules = for {app, %{own?: true}} <- now.apps, file <- Checkout.names(ebin(now, app)), do: Path.rootname(file)
    Map.merge(now, %{modules: MapSet.new(modules), spaces: MapSet.new(modules, &space/1)})
  end

  defp ebin(now, app), do: Path.join([now.build, "lib", Atom.to_string(app), "ebin"])

  # Files that the modules of a source declare, and directories of those that say themselves when to compile them again,
  # Mix compares.
  defp tracked(inputs, app, now) do
    sources = for {source, _} <- inputs, source != nil, into: MapSet.new(), do: source
    modules = if MapSet.size(sources) == 0, do: %{}, else: modules(ebin(now, app), now.apps[app].dest, sources)
    for {source, input} <- inputs, not compared?(input, modules[source]), into: MapSet.new(), do: input
  end

  defp compared?(_input, nil), do: false
  defp compared?({:list, _}, {_, compares?}), do: compares?

  defp compared?({:state, path}, {declared, compares?}) do
    case File.stat(path) do
      {:ok, %{type: :regular}} -> MapSet.member?(declared, path)
      {:ok, %{type: :directory}} -> compares?
      _ -> false
    end
  end

  # By source: {the files that its modules declare, whether one compares more itself}.
  defp modules(ebin, dest, sources) do
    for file <- Checkout.names(ebin), Path.extname(file) == ".beam", reduce: %{} do
      found ->
        {:ok, {_, chunks}} = ebin |> Path.join(file) |> to_charlist() |> :beam_lib.chunks([:compile_info, :attributes, :exports])
        source = to_string(chunks[:compile_info][:source] || "")
        declared = for {:external_resource, paths} <- chunks[:attributes], path <- paths, into: MapSet.new(), do: Path.expand(path, dest)
        compares? = Version.match?(System.version(), ">= 1.11.0-dev") and {:__mix_recompile__?, 0} in chunks[:exports]

        if MapSet.member?(sources, source) do
          Map.update(found, source, {declared, compares?}, fn {more, also?} -> {MapSet.union(declared, more), compares? or also?} end)
        else
          found
        end
    end
  end
end
