defmodule Lagoon.MixProject do
  use Mix.Project

  def project do
    [
      app: :lagoon,
      version: "1.0.0",
      elixir: "~> 1.10",
      description: "Views with scripts beside them, bundled as those of LiveView",
      package: [licenses: ["MIT"], links: %{}, files: ["lib", "priv", "package.json", "mix.exs"]]
    ]
  end

  def application do
    []
  end
end
