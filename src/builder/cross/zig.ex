# zig.ex DIRECTORY FILE SHA256  Fetches the wheel of that name of the package "ziglang" from an index of Python packages
# (PIP_INDEX_URL), by its checksum, and unpacks it in a directory. By the Elixir that every builder image has: not every
# one has Python or curl, or a way to get them.
[directory, file, sha256] = System.argv()

defmodule Zig do
  @stores ~w(/etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt /etc/ssl/ca-bundle.pem /etc/ssl/cert.pem)

  def index do
    case System.get_env("PIP_INDEX_URL") do
      empty when empty in [nil, ""] -> "https://pypi.org/simple"
      url -> String.trim_trailing(url, "/")
    end
  end

  @doc "Where the index says that the file is; relative addresses are those of the page."
  def address(page, base, file) do
    case Regex.run(~r/href="([^"#]*#{Regex.escape(file)})[#"]/, page) do
      [_, href] -> base |> URI.merge(String.replace(href, "&amp;", "&")) |> URI.to_string()
      nil -> stop("#{base} has no #{file}")
    end
  end

  def get(url, options) do
    request = {String.to_charlist(url), [{~c"user-agent", ~c"mix-release"} | login(url)]}

    case :httpc.request(:get, request, [timeout: 600_000, autoredirect: true, ssl: ssl(url)], options) do
      {:ok, :saved_to_file} -> :ok
      {:ok, {{_, 200, _}, _, body}} -> body
      {:ok, {{_, status, _}, _, _}} -> stop("#{without_login(url)} answered with status #{status}")
      {:error, reason} -> stop("#{without_login(url)}: #{inspect(reason)}")
    end
  end

  @doc "Has httpc use the proxies of the environment."
  def use_proxies do
    exceptions = for host <- String.split(variable("no_proxy"), ",", trim: true), do: String.to_charlist(String.trim(host))

    for {name, option} <- [{"http_proxy", :proxy}, {"https_proxy", :https_proxy}], variable(name) != "" do
      uri = URI.parse(variable(name))
      :httpc.set_options([{option, {{String.to_charlist(uri.host), uri.port || 80}, exceptions}}])
    end
  end

  def stop(text) do
    IO.puts(:stderr, "zig: #{text}")
    System.halt(1)
  end

  defp variable(name), do: System.get_env(name) || System.get_env(String.upcase(name)) || ""

  defp login(url) do
    case URI.parse(url).userinfo do
      nil -> []
      userinfo -> [{~c"authorization", String.to_charlist("Basic " <> Base.encode64(URI.decode(userinfo)))}]
    end
  end

  defp without_login(url), do: URI.to_string(%{URI.parse(url) | userinfo: nil})

  defp ssl(url) do
    store = Enum.find([System.get_env("SSL_CERT_FILE") || "" | @stores], &File.exists?/1)

    [
      verify: :verify_peer,
      depth: 8,
      cacertfile: String.to_charlist(store || ""),
      server_name_indication: String.to_charlist(URI.parse(url).host || ""),
      customize_hostname_check: [match_fun: :public_key.pkix_verify_hostname_match_fun(:https)]
    ]
  end
end

for application <- [:inets, :ssl, :crypto], do: {:ok, _} = Application.ensure_all_started(application)
Zig.use_proxies()
base = Zig.index() <> "/ziglang/"
page = Zig.get(base, body_format: :binary)
address = Zig.address(page, base, file)
wheel = Path.join(System.tmp_dir!(), "zig.whl")
IO.puts("fetching #{file}")
Zig.get(address, stream: String.to_charlist(wheel))
found = wheel |> File.stream!([], 1_048_576) |> Enum.reduce(:crypto.hash_init(:sha256), &:crypto.hash_update(&2, &1))
found = found |> :crypto.hash_final() |> Base.encode16(case: :lower)
if found != sha256, do: Zig.stop("#{file} has the SHA-256 #{found}, not #{sha256}")
{:ok, _} = :zip.unzip(String.to_charlist(wheel), cwd: String.to_charlist(directory))
File.rm!(wheel)
