defmodule Nif do
  @moduledoc """
  Functions written in C, and one from the OTP application `:crypto`.
  """

  @doc """
  Adds two integers of at most 64 bits.

      iex> Nif.add(40, 2)
      42

  """
  defdelegate add(a, b), to: Nif.Native

  @doc """
  The processor, operating system and C library that the C code was compiled for,
  for example `"x86_64-linux-gnu"`.
  """
  defdelegate arch, to: Nif.Native

  @doc """
  The SHA-256 digest in hexadecimal digits.

      iex> Nif.digest("abc")
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

  """
  def digest(data) do
    :sha256 |> :crypto.hash(data) |> Base.encode16(case: :lower)
  end
end
