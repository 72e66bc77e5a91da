# What is kept between builds about compiled code, beside it and beside the dependencies.

defmodule MixReleaseBuilder.State do
  @moduledoc false

  # The shape of what is written: another one counts as damaged.
  @shape 1

  def directory(build), do: Path.join(build, ".mix-release")

  # Beside the compiled code:
  #   status   :running while code is compiled, :done after
  #   epoch    what hooks there were
  #   apps     by application: key, base, whole, made, pure?, why, inputs, print
  #   outputs  what compilation wrote below the checkout, by path: {application or :all, content}
  #   extras   what it wrote beside `lib`, by path: content
  # :none where there is none, :damaged where it cannot be read.
  def read(build), do: read_term(Path.join(directory(build), "state"))

  def write(build, state), do: write_term(Path.join(directory(build), "state"), state)

  # After an error of ours nothing is known for certain: the next build begins from scratch. Returns nil.
  def doubt(build, deps, error) do
    IO.puts(:stderr, "mix-release: the next build compiles everything anew, because of an error: #{Exception.message(error)}")
    for file <- [Path.join(directory(build), "state"), Path.join(deps, ".mix-release")], File.exists?(file), do: File.write!(file, "")
    nil
  end

  # Beside the dependencies, because several environments share their files, by application:
  #   by     the directory of compiled code whose compilation it was
  #   wrote  what the compilation wrote, by path: content
  #   spoilt? whether it changed or removed what was fetched
  #   before what lay there when the compilation began, while it runs
  def read_deps(deps) do
    read_term(Path.join(deps, ".mix-release"))
  end

  def write_deps(deps, records) do
    if File.dir?(deps), do: write_term(Path.join(deps, ".mix-release"), records)
    :ok
  end

  def read_term(file) do
    case File.read(file) do
      {:ok, data} -> decode(data)
      {:error, :enoent} -> :none
      {:error, _} -> :damaged
    end
  end

  defp decode(<<digest::binary-size(32), data::binary>>) do
    with true <- MixReleaseBuilder.Checkout.digest(data) == digest,
         {@shape, term} <- :erlang.binary_to_term(data) do
      term
    else
      _ -> :damaged
    end
  end

  defp decode(_), do: :damaged

  # Never half a file, whenever the container is killed.
  def write_term(file, term) do
    data = :erlang.term_to_binary({@shape, term})
    File.mkdir_p!(Path.dirname(file))
    File.write!(file <> ".new", [MixReleaseBuilder.Checkout.digest(data), data])
    File.rename!(file <> ".new", file)
  end
end
