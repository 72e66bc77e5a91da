defmodule RustNif do
  @moduledoc "Functions written in Rust."

  @doc """
  How often each word occurs.

      iex> RustNif.count("to be or not to be")["be"]
      2

  """
  defdelegate count(text), to: RustNif.Native
end
