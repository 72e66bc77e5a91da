defmodule Brook.MixProject do
  use Mix.Project

  def project do
    [app: :brook, version: "1.0.0", elixir: "~> 1.10"]
  end

  def application do
    []
  end
end
