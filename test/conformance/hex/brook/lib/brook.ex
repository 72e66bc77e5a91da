defmodule Brook do
  def hello, do: "hello from brook"
end
