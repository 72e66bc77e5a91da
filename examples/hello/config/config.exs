import Config

# Read while the release is built and stored in it.
config :hello, farewell: "tschüß"
