defmodule NifTest do
  use ExUnit.Case, async: true

  doctest Nif

  test "add/2 refuses what does not fit into 64 bits" do
    assert Nif.add(-1, 0x7FFF_FFFF_FFFF_FFFF) == 0x7FFF_FFFF_FFFF_FFFE
    assert_raise ArgumentError, fn -> Nif.add(1, 0x7FFF_FFFF_FFFF_FFFF) end
    assert_raise ArgumentError, fn -> Nif.add(1, 0xFFFF_FFFF_FFFF_FFFF) end
    assert_raise ArgumentError, fn -> Nif.add(1, 1.0) end
  end

  test "arch/0 names processor, system and C library" do
    assert Nif.arch() =~ ~r/^(x86_64|aarch64|unknown)-(linux-gnu|linux-musl|darwin|unknown)$/
  end
end
