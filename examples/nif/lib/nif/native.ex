defmodule Nif.Native do
  @moduledoc false

  @on_load :load_nif

  def add(_a, _b), do: :erlang.nif_error(:nif_not_loaded)
  def arch, do: :erlang.nif_error(:nif_not_loaded)

  @doc false
  def load_nif do
    path = :nif |> :code.priv_dir() |> Path.join("nif") |> String.to_charlist()

    case :erlang.load_nif(path, 0) do
      :ok -> :ok
      {:error, {:reload, _text}} -> :ok
      # Reported by Erlang; a release refuses to boot.
      {:error, {_reason, _text}} = error -> error
    end
  end
end
