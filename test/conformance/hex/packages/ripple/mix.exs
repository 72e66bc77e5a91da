defmodule Ripple.MixProject do
  use Mix.Project

  def project do
    [
      app: :ripple,
      version: "VERSION" |> File.read!() |> String.trim(),
      elixir: "~> 1.10",
      description: "A package for Mix",
      package: [licenses: ["MIT"], links: %{}, files: ["lib", "mix.exs", "VERSION"]]
    ]
  end

  def application do
    []
  end
end
