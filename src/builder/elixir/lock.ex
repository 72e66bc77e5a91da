# What belongs to fetching: the lock, and the keys of repositories.

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
