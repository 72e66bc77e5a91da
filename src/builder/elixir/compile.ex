# The compilation, and what compilers reported.

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
  # mix mix_release_builder.compile MARK [ARGUMENT ...]: compiles as `mix compile` does, and says what the compilers
  # reported. After mix_release_builder.prepare it notes what the compilation did, and says what it wrote.
  use Mix.Task

  alias MixReleaseBuilder.{Checkout, Diagnostics, Observer, Prepared, Recorded, Say, State}

  @impl true
  def run([mark | arguments]) do
    MixReleaseBuilder.load()
    now = guarded(Process.get(Prepared), &Recorded.begin/1)
    observer = now && Observer.start()

    try do
      compile(mark, arguments)
    after
      events = Observer.stop(observer)
      guarded(now, &say_outputs(mark, Recorded.finish(&1, events)))
      Say.say(mark, "fact", "applications", Diagnostics.applications())
    end
  end

  defp compile(mark, arguments) do
    # Without the check of dependencies, nothing else compiles them.
    if "--no-deps-check" in arguments, do: Mix.Task.run("deps.compile", Enum.filter(arguments, &(&1 == "--no-archives-check")))
    Mix.Task.run("deps.loadpaths", arguments)
    result = Mix.Task.run("compile", arguments ++ returned())
    Say.say(mark, "fact", "diagnostics", Diagnostics.records(result))
    if result |> List.wrap() |> Enum.any?(&match?({:error, _}, &1)), do: exit({:shutdown, 1})
  end

  # With errors returned, Mix does not end before they are said. An alias may hand its arguments to anything.
  defp returned do
    if Keyword.has_key?(Mix.Project.config()[:aliases] || [], :compile), do: [], else: ["--return-errors"]
  end

  defp say_outputs(mark, {outputs, apps}) do
    Say.say(mark, "fact", "outputs", outputs |> Enum.sort() |> Enum.map_join("\n", &Checkout.encode/1))
    reasons = for {app, %{why: [_ | _] = why}} <- Enum.sort(apps), do: "#{app} #{Enum.join(why, ",")}"
    Say.say(mark, "fact", "impure", Enum.join(reasons, "\n"))
  end

  # What goes wrong in noting what a compilation did never fails it: the next one begins from scratch.
  defp guarded(nil, _), do: nil

  defp guarded(now, function) do
    function.(now)
  rescue
    error -> State.doubt(Mix.Project.build_path(), Mix.Project.deps_path(), error)
  end
end
