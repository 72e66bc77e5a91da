import Config
case System.get_env("CONFIG", "") do
  "" -> :ok
  "mix-env" -> if Mix.env() == :prod, do: config(:ways, a: 1)
  "file" -> config :ways, a: File.read!("config/extra.json")
  "eval-file" -> config :ways, a: Code.eval_file("config/extra.exs")
  "import" -> Code.eval_string(~s|import Config; import_config "extra.exs"|)
  "fetch-env" -> config :ways, url: System.fetch_env!("DATABASE_URL")
  "raise-env" -> raise "environment variable DATABASE_URL is missing.\nFor example: ecto://USER:PASS@HOST/DATABASE\n"
  "nil" -> config :ways, port: String.to_integer(System.get_env("PORT"))
  "nil-replace" -> config :ways, hosts: String.split(System.get_env("HOSTS"), ",")
  "cacerts" -> config :ways, ca: :public_key.cacerts_get()
  "cacert-file" -> config :ways, ca: File.read!("/etc/ssl/certs/ca-certificates.crt")
  "module" -> config :ways, a: Dotenvy.source([".env"])
  "raise" -> raise "no good"
end
