import Config

# Read each time the release boots.
config :hello, greeting: System.get_env("GREETING", "hello")
