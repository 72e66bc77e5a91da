defmodule RustNifTest do
  use ExUnit.Case, async: true

  doctest RustNif
end
