# The checkout in the container: what was sent, what lies there now, and digests of both.

defmodule MixReleaseBuilder.Checkout do
  @moduledoc false

  @root "/build/src"
  @record "/build/record/sent"
  @written "/build/record/outputs"

  def root, do: @root

  # The files that were sent, by path: {inode, ctime, mtime, size, mode, hash}. Times are seconds, nil where the system
  # that was asked did not tell enough; the rest is as noted.
  def sent do
    for line <- :binary.split(File.read!(@record), "\n", [:global]), line != "", into: %{} do
      [inode, ctime, mtime, size, mode, hash, path] = :binary.split(line, " ", [:global])
      {decode(path), {number(inode), number(ctime), number(mtime), number(size), mode, hash}}
    end
  end

  # The files that earlier compilations wrote, whichever it was.
  def written do
    case File.read(@written) do
      {:ok, text} -> text |> String.split("\n", trim: true) |> Enum.map(&decode/1)
      {:error, :enoent} -> []
    end
  end

  defp number("-"), do: nil
  defp number(text), do: text |> :binary.split(".") |> hd() |> String.to_integer()

  # Every directory that holds something that was sent.
  def sent_directories(sent), do: Enum.reduce(sent, MapSet.new([""]), fn {path, _}, seen -> add(parent(path), seen) end)

  defp add(directory, seen) do
    if MapSet.member?(seen, directory), do: seen, else: add(parent(directory), MapSet.put(seen, directory))
  end

  # "" is the checkout itself.
  def parent(path) do
    case Path.dirname(path) do
      "." -> ""
      other -> other
    end
  end

  # A digest of what was sent below a directory.
  def sent_digest(sent, directory) do
    lines = for {path, {_, _, _, _, mode, hash}} <- sent, below?(path, directory), do: [path, 0, mode, 0, hash, 0]
    digest(Enum.sort(lines))
  end

  def below?(_path, ""), do: true
  def below?(path, directory), do: path == directory or String.starts_with?(path, directory <> "/")

  # A path below the checkout, relative to it; nil for others.
  def relative(path) do
    cond do
      path == @root -> ""
      String.starts_with?(path, @root <> "/") -> binary_part(path, byte_size(@root) + 1, byte_size(path) - byte_size(@root) - 1)
      true -> nil
    end
  end

  def absolute(""), do: @root
  def absolute(path), do: @root <> "/" <> path

  # What lies below a directory, by path relative to it: {type, inode, ctime, mtime, size, mode}. Directories are there
  # only when they are empty. Names are bytes, whatever they spell. Nothing of `skipped` and no `.git` is looked into.
  def walk(root, skipped), do: walk(root, "", MapSet.new(skipped), %{})

  defp walk(root, directory, skipped, seen) do
    full = if directory == "", do: root, else: root <> "/" <> directory

    case names(full) do
      [] when directory != "" -> put(seen, directory, full)
      names -> Enum.reduce(names, seen, &visit(root, join(directory, &1), &1, skipped, &2))
    end
  end

  defp visit(_root, _path, ".git", _skipped, seen), do: seen

  defp visit(root, path, _name, skipped, seen) do
    full = root <> "/" <> path
    if MapSet.member?(skipped, full), do: seen, else: look(root, path, full, skipped, seen)
  end

  defp look(root, path, full, skipped, seen) do
    case information(full) do
      {:directory, _, _, _, _, _} -> walk(root, path, skipped, seen)
      nil -> seen
      entry -> Map.put(seen, path, entry)
    end
  end

  defp put(seen, path, full) do
    case information(full) do
      nil -> seen
      entry -> Map.put(seen, path, entry)
    end
  end

  defp join("", name), do: name
  defp join(directory, name), do: directory <> "/" <> name

  def names(directory) do
    case :file.list_dir_all(directory) do
      {:ok, names} -> Enum.map(names, &raw/1)
      {:error, _} -> []
    end
  end

  # A name as the bytes that it has on the disk.
  def raw(name) when is_binary(name), do: name
  def raw(name), do: :unicode.characters_to_binary(name, :unicode, :file.native_name_encoding())

  # Of a path itself, links not followed; nil where nothing is.
  def information(path) do
    case :file.read_link_info(path, [:raw, {:time, :posix}]) do
      {:ok, info} ->
        {elem(info, 2), elem(info, 11), elem(info, 6), elem(info, 5), elem(info, 1), Bitwise.band(elem(info, 7), 0o7777)}

      {:error, _} ->
        nil
    end
  end

  # Whether a file is as it was sent.
  def as_sent?({_, inode, ctime, mtime, size, _}, {inode, ctime, mtime, size, _, _}), do: true
  def as_sent?({_, inode, _, mtime, size, _}, {inode, nil, mtime, size, _, _}), do: true
  def as_sent?(_, _), do: false

  # The content of what lies at a path, with its type and mode; links are not followed.
  def content(path) do
    case information(path) do
      nil -> nil
      {:regular, _, _, _, _, mode} -> {:regular, mode, file_digest(path)}
      {:symlink, _, _, _, _, _} -> {:symlink, link(path)}
      {type, _, _, _, _, mode} -> {type, mode}
    end
  end

  defp link(path) do
    case :file.read_link_all(path) do
      {:ok, target} -> raw(target)
      {:error, _} -> ""
    end
  end

  defp file_digest(path) do
    case :prim_file.read_file(path) do
      {:ok, data} -> digest(data)
      {:error, reason} -> reason
    end
  end

  def digest(data), do: :crypto.hash(:sha256, data)

  # A digest of any term, the same in every BEAM instance. Functions count by their name, because what a local one was
  # compiled to depends on the text around it.
  def term_digest(term), do: term |> normal() |> :erlang.term_to_binary() |> digest()

  defp normal(map) when is_map(map), do: {:map, map |> Map.to_list() |> normal() |> Enum.sort()}
  defp normal(tuple) when is_tuple(tuple), do: {:tuple, tuple |> Tuple.to_list() |> normal()}
  defp normal([head | tail]), do: [normal(head) | normal(tail)]
  defp normal(function) when is_function(function), do: {:function, Enum.map([:module, :name, :arity], &fact(function, &1))}
  defp normal(other) when is_pid(other) or is_port(other) or is_reference(other), do: :opaque
  defp normal(other), do: other

  defp fact(function, key), do: function |> :erlang.fun_info(key) |> elem(1)

  # %XX for every byte that is not a printable character of ASCII, and for spaces and %.
  def encode(path), do: for(<<byte <- path>>, into: "", do: encode_byte(byte))

  defp encode_byte(byte) when byte > 32 and byte < 127 and byte != ?%, do: <<byte>>
  defp encode_byte(byte), do: "%" <> Base.encode16(<<byte>>)

  def decode(path) do
    case :binary.split(path, "%") do
      [plain] -> plain
      [plain, <<code::binary-size(2), rest::binary>>] -> plain <> Base.decode16!(code, case: :mixed) <> decode(rest)
    end
  end
end
