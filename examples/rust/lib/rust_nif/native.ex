defmodule RustNif.Native do
  @moduledoc false

  @on_load :load_nif

  def count(_text), do: :erlang.nif_error(:nif_not_loaded)

  @doc false
  def load_nif do
    :rust_nif |> :code.priv_dir() |> Path.join("words") |> String.to_charlist() |> :erlang.load_nif(0)
  end
end
