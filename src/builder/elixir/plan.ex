# Which compiled code is used again, and which is not, and why.

defmodule MixReleaseBuilder.Plan do
  @moduledoc false

  alias MixReleaseBuilder.Apps

  # The applications that are compiled from scratch, with the reason in a word. `now` has what the build begins with:
  #   apps, keys  see MixReleaseBuilder.Apps
  #   whole       a digest of all that was sent
  #   made        a digest of what hooks made in the checkout
  #   epoch       a digest of the hooks
  #   prints      by application, what its compiled code is
  #   outputs     by path, the content of what earlier compilations wrote
  #   extras      the same for what lies beside `lib`
  #   unlinked?   whether Mix would link a directory of the sources now that was written too late for that
  #   inputs      answers what an input is now
  #   deps        see MixReleaseBuilder.State.read_deps/1
  #   build       the directory of compiled code
  def scratch(now, state) do
    direct = for {app, _} <- now.apps, reason = reason(app, now, state), into: %{}, do: {app, reason}
    direct |> together(now, state) |> dependents(now)
  end

  defp reason(app, now, state) when not is_map(state), do: if(now.prints[app], do: "state", else: "new")
  defp reason(_app, %{epoch: epoch}, %{epoch: other}) when epoch != other, do: "hooks"

  defp reason(app, now, state) do
    kept = state.apps[app]
    facts = now.apps[app]

    cond do
      is_nil(kept) -> "new"
      kept.key != now.keys[app] -> "configuration"
      kept.print != now.prints[app] -> "compiled"
      not kept.pure? and kept.whole != now.whole -> "changed"
      Enum.any?(kept.inputs, fn {input, content} -> now.inputs.(input) != content end) -> "read"
      facts.own? -> own_reason(kept, now, state)
      not written_here?(app, now) -> "dependency"
      true -> nil
    end
  end

  defp own_reason(kept, now, state) do
    cond do
      state.status != :done -> "interrupted"
      kept.made != now.made -> "made"
      not kept.pure? and lost?(now, state) -> "outputs"
      true -> nil
    end
  end

  # Which of several applications wrote a file cannot always be told: those that write go together.
  defp lost?(now, state) do
    Enum.any?(state.outputs, fn {path, {_, content}} -> now.outputs[path] != content end) or state.extras != now.extras or
      now.unlinked?
  end

  # What its compilation wrote into its own directory was written for this directory of compiled code.
  defp written_here?(app, now) do
    case now.deps[app] do
      nil -> true
      %{before: _} -> false
      %{wrote: wrote, spoilt?: spoilt?, by: by} -> by == now.build or (wrote == %{} and not spoilt?)
    end
  end

  # Where applications see others that they do not depend on, one that is compiled later would see more than in a clean
  # build. A first compilation sees no more.
  defp together(direct, now, state) do
    fetched? = Enum.any?(direct, fn {app, _} -> not now.apps[app].own? end)

    if Apps.everything_seen?() and fetched? and is_map(state) do
      for {app, _} <- now.apps, into: %{}, do: {app, direct[app] || "dependency"}
    else
      direct
    end
  end

  defp dependents(direct, now) do
    for {app, _} <- now.apps,
        reason = direct[app] || if(Enum.any?(Apps.needed(now.apps, app), &Map.has_key?(direct, &1)), do: "dependency"),
        into: %{},
        do: {app, reason}
  end
end
