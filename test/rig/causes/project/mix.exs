defmodule Ways.MixProject do
  use Mix.Project

  def project do
    [
      app: :ways,
      version: "0.1.0",
      start_permanent: Mix.env() == :prod,
      releases: [ways: [include_executables_for: [:unix]]]
    ]
  end

  def application do
    [extra_applications: [:logger, :public_key], mod: {Ways.Application, []}]
  end
end
