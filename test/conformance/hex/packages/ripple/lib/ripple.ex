defmodule Ripple do
  def hello, do: "hello from ripple"
end
