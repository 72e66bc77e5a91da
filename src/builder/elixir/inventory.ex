# Where the applications of a release come from, for the list of what is inside.

defmodule MixReleaseBuilder.Inventory do
  @moduledoc false

  alias MixReleaseBuilder.{Checkout, Natives}

  # Directories of an application in which the sources of native code lie.
  @native ["native", "rust", "crates", "c_src", "src"]

  # A map for JSON:
  #   apps   for every application of the project and its dependencies: app, kind, path, licenses, links, and for what was
  #          fetched hex or git; locks are the paths of Cargo's locks that its native code was compiled by
  #   locks  by path, the text of each of these locks
  def all do
    lock = Mix.Dep.Lock.read()
    apps = project() ++ for dep <- Mix.Dep.cached(), do: dependency(dep, lock[dep.app])
    found = for app <- apps, do: Map.put(Map.delete(app, :dest), :locks, locks(app))
    paths = found |> Enum.flat_map(& &1.locks) |> Enum.uniq()
    texts = for path <- paths, {:ok, text} <- [File.read(Checkout.absolute(path))], into: %{}, do: {path, text}
    %{apps: Enum.sort_by(found, & &1.app), locks: texts}
  end

  # The root of an umbrella is no application.
  defp project do
    config = Mix.Project.config()
    if Mix.Project.umbrella?(config) or is_nil(config[:app]), do: [], else: [described(config[:app], "project", File.cwd!(), package(config))]
  end

  defp dependency(%{app: app, scm: Mix.SCM.Path, opts: opts} = dep, _locked) do
    own? = opts[:from_umbrella] || opts[:in_umbrella]
    described(app, if(own?, do: "project", else: "path"), dest(dep), declared(dep))
  end

  defp dependency(%{app: app} = dep, locked) when is_tuple(locked) and elem(locked, 0) == :hex and tuple_size(locked) > 2 do
    hex = %{name: elem(locked, 1), version: elem(locked, 2), repo: at(locked, 6) || "hexpm", checksum: at(locked, 7)}
    app |> described("hex", dest(dep), metadata(dest(dep))) |> Map.put(:hex, hex)
  end

  defp dependency(%{app: app} = dep, locked) when is_tuple(locked) and elem(locked, 0) == :git and tuple_size(locked) > 2 do
    directory = dep.opts[:subdir] || dep.opts[:sparse]
    app |> described("git", dest(dep), declared(dep)) |> Map.put(:git, %{url: elem(locked, 1), commit: elem(locked, 2), directory: directory})
  end

  defp dependency(dep, _locked), do: described(dep.app, "unknown", dest(dep), [])

  defp at(tuple, index), do: if(tuple_size(tuple) > index, do: elem(tuple, index))

  defp dest(dep), do: Path.expand(dep.opts[:dest])

  defp described(app, kind, dest, about) do
    %{app: app, kind: kind, dest: dest, path: Checkout.relative(dest), licenses: licenses(about), links: links(about)}
  end

  # What a package says of itself: pairs with text as keys.
  defp metadata(dest) do
    case :file.consult(to_charlist(Path.join(dest, "hex_metadata.config"))) do
      {:ok, terms} -> for {key, value} <- terms, is_binary(key), do: {key, value}
      {:error, _} -> []
    end
  end

  # Mix has read each file already.
  defp declared(dep) do
    if Mix.Dep.mix?(dep), do: Mix.Dep.in_dependency(dep, fn _ -> package(Mix.Project.config()) end), else: []
  rescue
    _ -> []
  end

  defp package(config) do
    case config[:package] do
      nil -> []
      package -> for {key, value} <- package, is_atom(key), do: {Atom.to_string(key), value}
    end
  end

  defp licenses(about) do
    case List.keyfind(about, "licenses", 0) do
      {_, names} when is_list(names) -> for name <- names, is_binary(name), do: name
      _ -> []
    end
  end

  defp links(about) do
    case List.keyfind(about, "links", 0) do
      {_, links} when is_list(links) or is_map(links) -> for {label, url} <- links, is_binary(url), is_binary(label) or is_atom(label), do: [to_string(label), url]
      _ -> []
    end
  end

  # Of an application that has native code, as a release takes it.
  defp locks(%{app: app, dest: dest}) do
    priv = Path.join([Mix.Project.build_path(), "lib", to_string(app), "priv"])
    if Enum.any?(Natives.below(priv), &(Natives.machine(&1) != nil)), do: locks_of(dest), else: []
  end

  # A crate that has no lock of its own is part of a workspace above it.
  defp locks_of(dest) do
    directories = for name <- Checkout.names(dest), do: Path.join(dest, name)
    further = Enum.flat_map(@native, &children(Path.join(dest, &1)))
    crates = for directory <- [dest | directories] ++ further, File.regular?(Path.join(directory, "Cargo.toml")), do: directory
    crates |> Enum.map(&lock_above/1) |> Enum.reject(&is_nil/1) |> Enum.uniq() |> Enum.sort()
  end

  defp children(directory) do
    below = for name <- Checkout.names(directory), path = Path.join(directory, name), File.dir?(path), do: path
    below ++ for path <- below, name <- Checkout.names(path), child = Path.join(path, name), name != "target", File.dir?(child), do: child
  end

  defp lock_above(directory) do
    relative = Checkout.relative(directory)

    cond do
      is_nil(relative) -> nil
      File.regular?(Path.join(directory, "Cargo.lock")) -> Checkout.relative(Path.join(directory, "Cargo.lock"))
      relative == "" -> nil
      true -> lock_above(Path.dirname(directory))
    end
  end

  # Elixir has had JSON only since 1.18.
  def json(nil), do: "null"
  def json(value) when is_map(value), do: ["{", joined(Enum.sort(value), fn {key, each} -> [string(to_string(key)), ":", json(each)] end), "}"]
  def json(value) when is_list(value), do: ["[", joined(value, &json/1), "]"]
  def json(value) when is_atom(value), do: string(Atom.to_string(value))
  def json(value) when is_binary(value), do: string(value)

  defp joined(values, one), do: values |> Enum.map(one) |> Enum.intersperse(",")

  defp string(text) do
    text = if String.valid?(text), do: text, else: :unicode.characters_to_binary(text, :latin1)
    ["\"", for(<<char::utf8 <- text>>, do: escaped(char)), "\""]
  end

  defp escaped(?"), do: "\\\""
  defp escaped(?\\), do: "\\\\"
  defp escaped(char) when char < 32, do: ["\\u", char |> Integer.to_string(16) |> String.pad_leading(4, "0")]
  defp escaped(char), do: <<char::utf8>>
end

defmodule Mix.Tasks.MixReleaseBuilder.Inventory do
  @moduledoc false
  # mix mix_release_builder.inventory MARK: says where the applications of the project and its dependencies come from.
  use Mix.Task

  alias MixReleaseBuilder.{Inventory, Say}

  @impl true
  def run([mark]) do
    MixReleaseBuilder.load()
    Say.say(mark, "fact", "inventory", IO.iodata_to_binary(Inventory.json(Inventory.all())))
  end
end
