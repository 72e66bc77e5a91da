# What the builder runs inside the virtual machine of Mix, so that Mix itself says what a release is called and where it
# goes, and several steps share one start of the machine. Compiled into the builder image; works from Elixir 1.10 on.
# The tasks themselves are here and in the files beside this one.

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
    # Erlang prints the keys of a map in the order in which it first met them: that of a structure which gets into
    # sys.config must not depend on what was compiled before.
    {:module, _} = Code.ensure_loaded(Config.Provider)

    # The probe of a base image has them in memory alone.
    with [_ | _] = beam <- :code.which(__MODULE__) do
      directory = Path.dirname(beam)

      for file <- File.ls!(directory), Path.extname(file) == ".beam" do
        {:module, _} = file |> Path.rootname() |> String.to_atom() |> Code.ensure_loaded()
      end
    end
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
    chosen = if asked == [], do: Enum.reject([to_string(default)], &(&1 == "")), else: asked
    own = for {name, value} <- own_runtimes(config[:releases] || []), chosen == [] or name in chosen, do: "#{name} #{value}"
    MixReleaseBuilder.Say.say(mark, "fact", "own_erts", Enum.join(own, "\n"))
  end

  # Releases that name a runtime themselves. Options that a function gives are looked at when the release is assembled.
  defp own_runtimes(releases) do
    for {name, options} <- releases, is_list(options), value = options[:include_erts], value not in [nil, true, false] do
      {Atom.to_string(name), inspect(value)}
    end
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
