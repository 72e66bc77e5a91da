# The files of dependencies: what their compilation wrote among them, and bringing them back to what was fetched.

defmodule MixReleaseBuilder.Fetched do
  @moduledoc false

  alias MixReleaseBuilder.Checkout

  def look(dest), do: Checkout.walk(dest, [])

  # What a compilation did in a directory, from what lay there before.
  def record(dest, before, build) do
    later = look(dest)
    wrote = for {path, entry} <- later, not Map.has_key?(before, path), elem(entry, 0) != :directory or true, do: path
    spoilt? = Enum.any?(before, fn {path, entry} -> later[path] != entry and elem(entry, 0) != :directory end)
    %{by: build, spoilt?: spoilt?, wrote: for(path <- wrote, into: %{}, do: {path, Checkout.content(Path.join(dest, path))})}
  end

  # `:again` where it has to be fetched anew, `:clean` where it is as it was fetched.
  def clean(dest, :unknown) do
    if git?(dest), do: restored?(dest)
    :clean
  end

  def clean(dest, %{before: before}), do: clean(dest, record(dest, before, nil))

  def clean(dest, %{wrote: wrote, spoilt?: spoilt?}) do
    cond do
      not spoilt? ->
        # Mix may have fetched another version since, with a file of the same name.
        for {path, content} <- wrote, Checkout.content(Path.join(dest, path)) == content, do: remove(dest, path)
        :clean

      git?(dest) and restored?(dest) ->
        :clean

      true ->
        File.rm_rf!(dest)
        :again
    end
  end

  defp remove(dest, path) do
    full = Path.join(dest, path)
    if File.dir?(full) and Checkout.content(full) |> elem(0) == :directory, do: :file.del_dir(full), else: :file.delete(full)
    remove_empty(dest, Path.dirname(path))
  end

  defp remove_empty(_dest, "."), do: :ok
  defp remove_empty(dest, path), do: if(:file.del_dir(Path.join(dest, path)) == :ok, do: remove_empty(dest, Path.dirname(path)))

  defp git?(dest), do: File.exists?(Path.join(dest, ".git"))

  defp restored?(dest), do: git(dest, ["reset", "--quiet", "--hard"]) and git(dest, ["clean", "-ffdxq"])

  defp git(dest, arguments) do
    match?({_, 0}, System.cmd("git", ["-C", dest | arguments], stderr_to_stdout: true))
  end

  def again([], _apps), do: :ok

  def again(_apps, _all) do
    Mix.Task.reenable("deps.get")
    Mix.Task.run("deps.get", ["--only", Atom.to_string(Mix.env())])
    Mix.Dep.load_and_cache()
    :ok
  end
end
