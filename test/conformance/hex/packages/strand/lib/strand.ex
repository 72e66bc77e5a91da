defmodule Strand do
  def hello, do: "hello from strand"
end
