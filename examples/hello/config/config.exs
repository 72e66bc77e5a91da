import Config

# Read while the release is built and stored in it.
config :hello, farewell: "tschüß"

# Elixir 1.10 does not know config/runtime.exs.
if Version.match?(System.version(), "< 1.11.0"), do: config(:hello, greeting: "hello")
