defmodule Pebble.MixProject do
  use Mix.Project

  # Only the package is made by Mix; its users build it with rebar3.
  def project do
    [
      app: :pebble,
      version: "1.0.0",
      description: "A package for rebar3",
      package: [
        licenses: ["MIT"],
        links: %{},
        build_tools: ["rebar3"],
        files: ["src", "rebar.config"]
      ]
    ]
  end

  def application do
    []
  end
end
