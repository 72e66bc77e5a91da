# The applications of a project and its dependencies, and the keys of their compiled code.

defmodule MixReleaseBuilder.Apps do
  @moduledoc false

  alias MixReleaseBuilder.Checkout

  # Every application, by name:
  #   dest   its directory
  #   own?   whether its files were sent: a part of the checkout
  #   fetch? whether Mix fetches it
  #   mix?   whether Mix compiles it, and no other program
  #   needs  the applications that it depends on, optional ones too, directly
  #   base   a digest of what decides its code, besides its files and its dependencies
  #   own    the same without what its code has only where it asks for it, such as its version
  #   config its evaluated project configuration; nil for what has none
  def all(sent) do
    directories = Checkout.sent_directories(sent)
    lock = Mix.Dep.Lock.read()
    apps = for dep <- Mix.Dep.cached(), into: %{}, do: {dep.app, of_dependency(dep, lock, directories)}
    apps = Map.merge(apps, of_project(Map.keys(apps)))
    for {app, facts} <- apps, into: %{}, do: {app, %{facts | needs: Enum.filter(facts.needs, &Map.has_key?(apps, &1))}}
  end

  # The root of an umbrella is no application.
  defp of_project(dependencies) do
    config = Mix.Project.config()

    if Mix.Project.umbrella?(config) or is_nil(config[:app]) do
      %{}
    else
      facts = %{dest: File.cwd!(), own?: true, fetch?: false, mix?: true, needs: dependencies, config: config}
      %{config[:app] => Map.merge(facts, %{base: Checkout.term_digest(config), own: Checkout.term_digest(lasting(config))})}
    end
  end

  defp of_dependency(dep, lock, directories) do
    dest = Path.expand(dep.opts[:dest])
    relative = Checkout.relative(dest)
    fetch? = dep.scm.fetchable?()
    config = config(dep)
    locked = lock[dep.app]
    base = fn config -> Checkout.term_digest({dep.app, locked, config, dep.manager, dep.system_env, Keyword.drop(dep.opts, [:lock])}) end

    %{
      dest: dest,
      own?: not fetch? or (relative != nil and MapSet.member?(directories, relative)),
      fetch?: fetch?,
      mix?: Mix.Dep.mix?(dep) and is_nil(dep.opts[:compile]),
      needs: Enum.uniq(Enum.map(dep.deps, & &1.app) ++ declared(config) ++ locked(locked)) -- [dep.app],
      config: config,
      base: base.(config),
      own: base.(lasting(config))
    }
  end

  # Every tag brings another version. Mix writes these into the description of the application, or they are for other
  # tasks; that code asks for them while it is compiled, MixReleaseBuilder.Observer sees.
  @asked_for [:version, :description, :releases, :default_release, :package, :docs, :name, :source_url, :homepage_url]

  defp lasting(nil), do: nil
  defp lasting(config), do: Keyword.drop(config, @asked_for)

  # A digest of all that code learns where it asks for the configuration of a project.
  def projects(apps) do
    own = for {app, %{own?: true, config: config}} <- apps, do: {app, config}
    Checkout.term_digest({Mix.Project.config(), Enum.sort(own)})
  end

  # Mix has read each file already.
  defp config(dep) do
    if Mix.Dep.mix?(dep), do: Mix.Dep.in_dependency(dep, fn _ -> Mix.Project.config() end)
  rescue
    _ -> nil
  end

  defp declared(nil), do: []
  defp declared(config), do: for(dep <- config[:deps] || [], is_tuple(dep), do: elem(dep, 0))

  defp locked(lock) when is_tuple(lock) and elem(lock, 0) == :hex and tuple_size(lock) > 5 do
    for dep <- elem(lock, 5), is_tuple(dep) and tuple_size(dep) > 2, do: elem(dep, 2)[:hex] && elem(dep, 0)
  end

  defp locked(_), do: []

  # The key of each application's compiled code. `environment` is a digest of the variables that code may read.
  def keys(apps, environment, sent) do
    common = common(environment)
    files = for {app, %{own?: true} = facts} <- apps, into: %{}, do: {app, files(facts, sent)}
    # Children of an umbrella are part of one project. Others know nothing of the project that uses them.
    root = if Mix.Project.umbrella?(), do: Checkout.term_digest(lasting(Mix.Project.config()))

    for {app, facts} <- apps, into: %{} do
      closure = needed(apps, app)
      mix_compares? = facts.own? and not facts.fetch?
      bases = for each <- closure, do: {each, apps[each].base, unless(mix_compares?, do: files[each])}
      {app, Checkout.term_digest({common, of_own(facts, root, files[app]), if(facts.own?, do: facts.own, else: facts.base), bases, seen(apps, facts)})}
    end
  end

  # Mix compares the files of what it fetched with nothing.
  defp of_own(%{own?: true, fetch?: true}, root, files), do: {root, files}
  defp of_own(%{own?: true}, root, _files), do: root
  defp of_own(_, _, _), do: nil

  # What is sent of an application that a fetched dependency depends on.
  defp files(%{dest: dest}, sent) do
    case Checkout.relative(dest) do
      nil -> nil
      directory -> Checkout.sent_digest(sent, directory)
    end
  end

  # Before Elixir 1.15, an application sees all others that are compiled, whether it depends on them or not.
  defp seen(apps, _facts) do
    if everything_seen?() do
      for {app, facts} <- Enum.sort(apps), do: {app, unless(facts.own?, do: facts.base)}
    end
  end

  def everything_seen? do
    Version.compare(System.version(), "1.15.0-dev") == :lt or Mix.Project.config()[:prune_code_paths] == false
  end

  defp common(environment) do
    configured = Mix.ProjectStack.config_apps() |> Enum.uniq() |> Enum.sort()
    config = for app <- configured, do: {app, app |> Application.get_all_env() |> Enum.sort()}
    {System.version(), :erlang.system_info(:otp_release), :erlang.system_info(:version), Mix.env(), Mix.target(), environment, config}
  end

  # All that an application depends on, itself left out, sorted.
  def needed(apps, app), do: apps[app].needs |> spread(apps, MapSet.new()) |> MapSet.delete(app) |> Enum.sort()

  defp spread([], _apps, seen), do: seen

  defp spread([app | rest], apps, seen) do
    if MapSet.member?(seen, app), do: spread(rest, apps, seen), else: spread(apps[app].needs ++ rest, apps, MapSet.put(seen, app))
  end

  # The application that a path belongs to, the one with the longest directory; nil for none.
  def of_path(apps, path) do
    owners = for {app, %{dest: dest}} <- apps, path == dest or String.starts_with?(path, dest <> "/"), do: {byte_size(dest), app}

    case owners do
      [] -> nil
      _ -> owners |> Enum.max() |> elem(1)
    end
  end

  # The same, for parts of the checkout alone.
  def owner(apps, path) do
    app = of_path(apps, path)
    if app != nil and apps[app].own?, do: app
  end
end
