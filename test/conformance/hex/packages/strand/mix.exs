defmodule Strand.MixProject do
  use Mix.Project

  def project do
    [
      app: :strand,
      version: "1.0.0",
      elixir: "~> 1.10",
      description: "A package in a repository that wants a key",
      package: [licenses: ["MIT"], links: %{}, files: ["lib", "mix.exs"]]
    ]
  end

  def application do
    []
  end
end
