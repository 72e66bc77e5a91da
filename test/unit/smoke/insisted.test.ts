import { describe, expect, it } from '@jest/globals';
import { insistedIn } from '../../../src/smoke/runtime-config/insisted.js';

const names = (text: string, given: Readonly<Record<string, string>> = {}, mixEnv = 'prod'): readonly string[] =>
  insistedIn(text, { mixEnv, given: new Map(Object.entries(given)) }).insisted.map(({ variable }) => variable);

/** In the shape of what Phoenix's generator writes. */
const GENERATED = `
import Config

# config/runtime.exs is executed for all environments, including System.fetch_env!("COMMENT").
if System.get_env("PHX_SERVER") do
  config :web, WebWeb.Endpoint, server: true
end

config :web, WebWeb.Endpoint, http: [port: String.to_integer(System.get_env("PORT", "4000"))]

if config_env() == :prod do
  database_url =
    System.get_env("DATABASE_URL") ||
      raise """
      environment variable DATABASE_URL is missing.
      For example: ecto://USER:PASS@HOST/DATABASE
      """

  maybe_ipv6 = if System.get_env("ECTO_IPV6") in ~w(true 1), do: [:inet6], else: []

  config :web, Web.Repo,
    # ssl: true,
    url: database_url,
    pool_size: String.to_integer(System.get_env("POOL_SIZE") || "10"),
    socket_options: maybe_ipv6

  secret_key_base =
    System.get_env("SECRET_KEY_BASE") ||
      raise """
      environment variable SECRET_KEY_BASE is missing.
      You can generate one by calling: mix phx.gen.secret
      """

  host = System.get_env("PHX_HOST") || "example.com"

  config :web, :dns_cluster_query, System.get_env("DNS_CLUSTER_QUERY")

  config :web, WebWeb.Endpoint,
    url: [host: host, port: 443, scheme: "https"],
    http: [ip: {0, 0, 0, 0, 0, 0, 0, 0}],
    secret_key_base: secret_key_base

  # ## Configuring the mailer
  #
  #     config :web, Web.Mailer,
  #       api_key: System.fetch_env!("MAILGUN_API_KEY")
end
`;

describe('the variables that a generated configuration insists on', () => {
  it('are those without a default', () => {
    expect(names(GENERATED)).toEqual(['DATABASE_URL', 'SECRET_KEY_BASE']);
  });

  it('are none in an environment that asks for none', () => {
    expect(names(GENERATED, {}, 'dev')).toEqual([]);
  });

  it('are those that are not given', () => {
    expect(names(GENERATED, { DATABASE_URL: 'x' })).toEqual(['SECRET_KEY_BASE']);
  });

  it('have the lines that they are in', () => {
    const { insisted } = insistedIn(GENERATED, { mixEnv: 'prod', given: new Map() });
    expect(insisted.map(({ line }) => GENERATED.split('\n')[line - 1]?.trim())).toEqual([
      'System.get_env("DATABASE_URL") ||',
      'System.get_env("SECRET_KEY_BASE") ||',
    ]);
  });
});

describe('a configuration insists', () => {
  it.each<[string, readonly string[]]>([
    ['a = System.fetch_env!("A")', ['A']],
    ['config :x, a: System.fetch_env!("A"), b: System.fetch_env!("B")', ['A', 'B']],
    ['config :x, [a: System.fetch_env! "A"]', ['A']],
    ['"A" |> System.fetch_env!() |> String.trim()', ['A']],
    ['config :x, url: "ecto://#{System.fetch_env!("A")}:#{System.fetch_env!("B")}@h/d"', ['A', 'B']],
    ['x = %{a: System.fetch_env!("A")}', ['A']],
    ['{:ok, a} = System.fetch_env("A")', ['A']],
    ['a = System.get_env("A") || raise "no A"', ['A']],
    ['a = System.get_env("A") || raise("no A")', ['A']],
    ['a = (System.get_env("A") || raise(ArgumentError, "no A"))', ['A']],
    ['a = System.get_env("A", nil) or raise "no"', ['A']],
    ['a = "A" |> System.get_env() || throw(:no)', ['A']],
    ['config :x, a: System.get_env("A") || raise("no"), b: System.get_env("B") || "b"', ['A']],
    ['a = System.get_env("A") || System.get_env("B") || raise "one of them"', ['A']],
    ['a = System.get_env("A") || System.fetch_env!("B")', ['B']],
    ['a = System.get_env("A")\nb = a || raise "no"', ['A']],
    ['a = System.get_env("A")\nif is_nil(a), do: raise("no")', ['A']],
    ['a = System.get_env("A")\nif a == nil do\n  raise "no"\nend', ['A']],
    ['a = System.get_env("A")\nunless a, do: raise("no")', ['A']],
    ['unless System.get_env("A") do\n  raise "no"\nend', ['A']],
    ['if !System.get_env("A") do raise "no" end', ['A']],
    ['if not is_nil(System.get_env("A")) do :ok else raise "no" end', ['A']],
    ['if System.get_env("A") in [nil, ""] do\n  raise "no"\nend', ['A']],
    ['a = if v = System.get_env("A"), do: v, else: raise("no")', ['A']],
    ['a = if(v = System.get_env("A"), do: v, else: raise("no"))', ['A']],
    ['if a = System.get_env("A") do\n  config :x, a: a\nelse\n  raise "no"\nend', ['A']],
    ['if config_env() == :prod and is_nil(System.get_env("A")) do raise "no" end', ['A']],
    ['if config_env() == :prod && !System.get_env("A"), do: raise("no")', ['A']],
    ['a = System.get_env("A") || if config_env() == :prod, do: raise("no"), else: "dev"', ['A']],
    ['a = System.get_env("A") ||\n  if config_env() == :prod do\n    raise "no"\n  end', ['A']],
    ['case System.get_env("A") do\n  nil -> raise "no"\n  a -> a\nend', ['A']],
    ['a =\n  case System.get_env("A") do\n    a when a in [nil, ""] -> raise "no"\n    a -> a\n  end', ['A']],
    ['case System.fetch_env("A") do\n  {:ok, a} -> a\n  :error -> raise "no"\nend', ['A']],
    ['System.get_env("A") |> case do\n  "x" -> 1\n  _ ->\n    IO.puts("no")\n    System.halt(1)\nend', ['A']],
    ['cond do\n  a = System.get_env("A") -> a\n  true -> raise "no"\nend', ['A']],
    [
      'cond do\n  is_nil(System.get_env("A")) -> raise "no"\n  is_nil(System.get_env("B")) -> raise "no"\n  true -> :ok\nend',
      ['A', 'B'],
    ],
    [
      'with {:ok, a} <- System.fetch_env("A"), {:ok, b} <- System.fetch_env("B") do\n  a\nelse\n  _ -> raise "no"\nend',
      ['A', 'B'],
    ],
    ['config :x, port: String.to_integer(System.get_env("A"))', ['A']],
    ['config :x, port: System.get_env("A") |> String.to_integer()', ['A']],
    ['config :x, key: "A" |> System.get_env() |> Base.decode64!()', ['A']],
    [
      'env! = fn name -> System.get_env(name) || raise "no #{name}" end\nconfig :x, a: env!.("A"), b: env!.("B")',
      ['A', 'B'],
    ],
    [
      'need = fn name ->\n  case System.get_env(name) do\n    nil -> raise "no"\n    v -> v\n  end\nend\na = need.("A")',
      ['A'],
    ],
    ['need = &System.fetch_env!/1\na = need.("A")', ['A']],
    ['for name <- ~w(A B), do: System.fetch_env!(name)', ['A', 'B']],
    ['required = ["A", "B"]\nfor name <- required do\n  System.get_env(name) || raise "no"\nend', ['A', 'B']],
    ['Enum.each(~w[A B], fn name -> System.fetch_env!(name) end)', ['A', 'B']],
    ['~w(A B) |> Enum.each(&System.fetch_env!/1)', ['A', 'B']],
    ['import Dotenvy\nconfig :x, a: env!("A", :string!), b: env!("B", :integer, 5)', ['A']],
    ['case config_env() do\n  :prod -> System.fetch_env!("A")\n  _ -> System.fetch_env!("B")\nend', ['A']],
    ['if config_env() in [:prod, :staging] do\n  System.fetch_env!("A")\nend', ['A']],
    ['if config_env() != :test, do: System.fetch_env!("A")', ['A']],
    ['unless config_env() in [:dev, :test] do\n  System.fetch_env!("A")\nend', ['A']],
    ['if System.get_env("S", "on") == "on" do\n  System.fetch_env!("A")\nend', ['A']],
    ['a = System.get_env("A") || raise "no"\nif a, do: System.fetch_env!("B")', ['A', 'B']],
    [
      'if :prod == config_env() do\n  if System.get_env("NO") do\n    System.fetch_env!("NO2")\n  else\n    System.fetch_env!("A")\n  end\nend',
      ['A'],
    ],
    ['defmodule H do\n  def need(name), do: System.fetch_env!(name)\nend\nconfig :x, a: H.need("A")', ['A']],
    [
      'defmodule My.H do\n  def need(name, d \\\\ nil) do\n    System.get_env(name) || d || raise "no #{name}"\n  end\n  def int(name), do: name |> need() |> String.to_integer()\nend\nconfig :x, a: My.H.need("A"), c: My.H.need("C", "x"), b: H.int("B")',
      ['A', 'B'],
    ],
    [
      'defmodule H do\n  def need(n) do\n    case System.fetch_env(n) do\n      {:ok, v} -> v\n      :error -> raise "no"\n    end\n  end\nend\nimport H\na = need("A")',
      ['A'],
    ],
    ['defmodule H do\n  def port, do: System.fetch_env!("A")\nend\na = H.port()\nb = H.port', ['A']],
    ['need = fn name, type -> System.fetch_env!(name) |> type.() end\na = need.("A", &String.to_integer/1)', ['A']],
    ['need = fn\n  name -> System.fetch_env!(name)\nend\na = need.("A")', ['A']],
    ['need = fn value, name -> value || raise "no #{name}" end\na = need.(System.get_env("A"), "A")', ['A']],
    ['need = fn name when is_binary(name) -> System.fetch_env!(name) end\nEnum.map(~w(A B), need)', ['A', 'B']],
    ['need = fn name -> System.fetch_env!(name) end\n~w(A B) |> Enum.map(&need.(&1))', ['A', 'B']],
    ['load = fn -> System.fetch_env!("A") end\nconfig :x, a: load.()', ['A']],
    ['%{"A" => a, "B" => b} = System.get_env()', ['A', 'B']],
    ['env = System.get_env()\na = Map.fetch!(env, "A")\nb = env["B"] || raise "no"', ['A', 'B']],
    ['a = System.get_env()["A"] || raise "no"\nb = System.get_env() |> Map.get("B") || raise "no"', ['A', 'B']],
    ['prefix = "APP_"\na = System.fetch_env!(prefix <> "A")\nb = System.fetch_env!("#{prefix}B")', ['APP_A', 'APP_B']],
    ['for {k, v} <- [a: "A", b: "B"], do: config(:x, k, System.fetch_env!(v))', ['A', 'B']],
    ['for {k, v} <- %{"a" => "A"} do\n  config :x, [{k, System.fetch_env!(v)}]\nend', ['A']],
    ['vars = [a: "A"]\nEnum.map(vars, fn {k, v} -> {k, System.fetch_env!(v)} end)', ['A']],
    ['import Config\r\nconfig :x, a: System.fetch_env!("A")\r\n', ['A']],
    ['a =\n  System.get_env("A") ||\n    # why\n    raise "no"', ['A']],
  ])('%j', (text, expected) => {
    expect(names(text)).toEqual(expected);
  });
});

describe('a configuration does not insist', () => {
  it.each([
    '# System.fetch_env!("A")',
    '"System.fetch_env!(\\"A\\")"',
    'a = """\nSystem.fetch_env!("A")\n"""',
    'a = ~S\'System.fetch_env!("A")\'',
    'a = System.get_env("A")',
    'a = System.get_env("A", "x") || raise "no"',
    'a = System.get_env("A") || "x" || raise "no"',
    'a = System.get_env("A") || Application.get_env(:x, :a) || raise "no"',
    'if System.get_env("S") do\n  System.fetch_env!("A")\nend',
    'if a = System.get_env("S"), do: System.fetch_env!("A")',
    'if System.get_env("S") == "true" do\n  System.fetch_env!("A")\nend',
    'if System.get_env("S") in ~w(true 1) do\n  System.fetch_env!("A")\nend',
    'if System.get_env("S", "off") == "on", do: System.fetch_env!("A")',
    'if File.exists?("/x") do\n  System.fetch_env!("A")\nend',
    'if config_env() == :dev do\n  System.fetch_env!("A")\nend',
    'if config_env() == :test, do: System.fetch_env!("A"), else: :ok',
    'case System.get_env("S") do\n  "s3" -> System.fetch_env!("A")\n  _ -> :ok\nend',
    'case System.get_env("S", "local") do\n  "s3" -> System.fetch_env!("A")\n  "local" -> :ok\nend',
    'port = String.to_integer(System.get_env("A") || "4000")',
    'port = System.get_env("A", "4000") |> String.to_integer()',
    'x = Application.fetch_env!(:x, :a)',
    'config :x, fetch_env!: "A"',
    'need = fn name -> System.get_env(name) || raise "no" end',
    'need = fn name, d -> System.get_env(name) || d || raise "no" end\na = need.("A", "x")',
    'defmodule H do\n  def need, do: System.fetch_env!("A")\nend',
    'defmodule H do\n  def need("A"), do: "a"\n  def need(n), do: System.fetch_env!(n)\nend\na = H.need("A")',
    'load = fn -> System.fetch_env!("A") end\nconfig :x, a: load',
    'need = fn name, d -> System.get_env(name, d) end\na = String.to_integer(need.("A", "1"))',
    'a = System.fetch_env!("APP_#{node()}")',
    'try do\n  System.fetch_env!("A")\nrescue\n  _ -> nil\nend',
    'f = fn n, f -> f.(n, f)\nf.(n, f) end\ng = f\nf.("A", f)',
    'defmodule H do\n  def f(n), do: {f(n), f(n)}\nend\nH.f("A")',
    'a = ?" \nb = ?# \n# "System.fetch_env!("A")',
  ])('%j', (text) => {
    expect(names(text)).toEqual([]);
  });

  it('on what is given, and goes by its value', () => {
    const text = 'case System.get_env("S") do\n  "s3" -> System.fetch_env!("A")\n  _ -> :ok\nend';
    expect(names(text, { S: 's3' })).toEqual(['A']);
    expect(names(text, { S: 'x' })).toEqual([]);
    const flag = 'if System.get_env("S") do\n  System.fetch_env!("A")\nend';
    expect(names(flag, { S: '1' })).toEqual(['A']);
  });
});

describe('a text that is no configuration', () => {
  it.each([
    ...[
      '',
      ')',
      '"',
      '"""',
      '~w(',
      'if',
      'if do',
      'case do ->',
      'fn ->',
      'do do do',
      'end end',
      '#{',
      '"#{"',
      '%{',
      ':"',
      '?',
    ],
    ...[
      'System.get_env(',
      'System.',
      'x =',
      '|| raise',
      'if config_env() == :prod do',
      '{',
      'unless',
      '&',
      '~',
      '\\',
      '\u0000',
    ],
  ])('%j is read to its end', (text) => {
    expect(names(text)).toEqual([]);
  });

  it('is read to its end wherever it is cut', () => {
    for (let end = 0; end <= GENERATED.length; end += 1) names(GENERATED.slice(0, end));
    for (let start = 0; start <= GENERATED.length; start += 1) names(GENERATED.slice(start));
  });

  it('has the other files that it reads', () => {
    const text = 'import_config "a.exs"\nCode.require_file("b.exs", __DIR__)';
    expect(insistedIn(text, { mixEnv: 'prod', given: new Map() }).files).toEqual(['a.exs', 'b.exs']);
  });
});
