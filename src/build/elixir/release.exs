# Two Mix tasks for the builder, loaded before Mix starts (`elixir -r`), so that Mix itself answers what a release is
# called and where it goes, and nothing is read from what it prints.

defmodule MixReleaseBuilder.Facts do
  @moduledoc false

  # Facts go out as `key NUL value NUL`, which no name, version or path can break.
  def write!(file, facts) do
    File.mkdir_p!(Path.dirname(file))
    File.write!(file, for({key, value} <- facts, do: [to_string(key), 0, to_string(value), 0]))
  end
end

defmodule Mix.Tasks.MixReleaseBuilder.Releases do
  @moduledoc false
  # mix mix_release_builder.releases FILE [NAME ...]: writes which releases the project defines, and stops here when
  # one that was asked for is not among them, or when none was and the choice is not clear: before the network is used.
  use Mix.Task

  @impl true
  def run([file | asked]) do
    config = Mix.Project.config()
    defined = config |> Keyword.get(:releases, []) |> Keyword.keys() |> Enum.map(&Atom.to_string/1)
    default = Keyword.get(config, :default_release)
    unclear? = asked == [] and match?([_, _ | _], defined) and is_nil(default)

    MixReleaseBuilder.Facts.write!(file, releases: Enum.join(defined, " "), unclear: unclear?)
    if unclear? or asked -- defined != [], do: exit({:shutdown, 64})
  end
end

defmodule Mix.Tasks.MixReleaseBuilder.Describe do
  @moduledoc false
  # mix mix_release_builder.describe FILE [NAME]: what the release will be, as Mix resolves it; clears its directory,
  # because Mix does not rebuild over a version that is there already.
  use Mix.Task

  @impl true
  def run([file | name]) do
    Mix.Task.run("compile", [])
    name = name |> Enum.map(&String.to_atom/1) |> List.first()
    release = Mix.Release.from_config!(name, Mix.Project.config(), overwrite: true)
    sources = File.cwd!()

    unless sources == release.path or String.starts_with?(sources, release.path <> "/") do
      File.rm_rf!(release.path)
    end

    MixReleaseBuilder.Facts.write!(file,
      name: release.name,
      version: release.version,
      path: release.path,
      erts: release.erts_version
    )
  end
end
