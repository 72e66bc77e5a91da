defmodule Tarn do
  @moduledoc false
  @on_load :load

  def load, do: :tarn |> :code.priv_dir() |> Path.join("tarn") |> String.to_charlist() |> :erlang.load_nif(0)

  @doc "How many goods there are."
  def count, do: :erlang.nif_error(:not_loaded)
end
