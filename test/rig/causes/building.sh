#!/bin/sh
# Runs in a container of an image with Elixir: fails in the ways in which builds fail, as far as Mix alone says it.
image=$1
name=$(echo "${image#*:}" | sed -E 's/^([0-9.]+)-erlang-([0-9]+)[0-9.]*-[a-z]+-([a-z0-9.]+).*/elixir-\1-otp-\2-\3/')
mkdir -p /out /build/src/lib /build/src/config /build/src/priv
cd /build/src || exit 1
export MIX_ENV=prod MIX_BUILD_PATH=/build/state/build/prod
echo "# What builds print when they fail, from $image, by test/rig/causes/collect.sh" >"/out/$name.txt"
# WHAT COMMAND...: the output of a command in the project.
collect() {
  what=$1; shift
  { echo; echo "## $what"; { timeout 60 "$@" 2>&1; echo "# exit status $?"; } | cut -c1-600 | head -60; } >>"/out/$name.txt"
}
# The project as it is right: each way changes one file of it, and is undone.
right() {
  rm -rf lib/* config/* priv/* deps mix.lock
  cat >mix.exs <<'X'
defmodule Ways.MixProject do
  use Mix.Project

  def project do
    [app: :ways, version: version(), elixir: "~> 1.9", deps: deps(), releases: [ways: releases()]]
  end

  def application, do: [extra_applications: [:logger, :inets, :ssl]]
  defp version, do: "0.1.0"
  defp deps, do: []
  defp releases, do: []
end
X
  echo 'import Config' >config/config.exs
  echo 'defmodule Ways do
end' >lib/ways.ex
}
mix_exs() { sed "s|$1|$2|" mix.exs >mix.new && mv mix.new mix.exs; }
right; echo 'config :ways, key: System.fetch_env!("SECRET_KEY_BASE")' >>config/config.exs
collect config-fetch-env mix compile
right; printf 'config :ways, key: System.get_env("STRIPE_KEY") || raise "environment variable STRIPE_KEY is missing."\n' >>config/config.exs
collect config-raise mix compile
right; echo 'defmodule Ways do
  @key System.fetch_env!("API_TOKEN")
  def key, do: @key
end' >lib/ways.ex
collect module-fetch-env mix compile
for program in cargo cmake npm git; do
  right; echo "defmodule Ways do
  {_, 0} = System.cmd(\"$program\", [\"--version\"], stderr_to_stdout: true)
end" >lib/ways.ex
  PATH=/nowhere:/usr/local/bin:/usr/bin:/bin
  collect "cmd-$program" mix compile
done
right; echo 'defmodule Ways do
  {_, 0} = System.cmd("sh", ["-c", "cmake -S c_src"], into: IO.stream(:stdio, :line), stderr_to_stdout: true)
end' >lib/ways.ex
collect shell-cmake mix compile
right; printf '#!/bin/sh\necho x\n' >build.sh; echo 'defmodule Ways do
  {_, 0} = System.cmd("sh", ["-c", "./build.sh"], into: IO.stream(:stdio, :line), stderr_to_stdout: true)
end' >lib/ways.ex
collect shell-not-executable mix compile
right; echo 'defmodule Ways do
  {_, 0} = System.cmd(Path.expand("build.sh"), [], into: IO.stream(:stdio, :line), stderr_to_stdout: true)
end' >lib/ways.ex
collect cmd-not-executable mix compile
right; printf '#!/bin/sh\r\necho x\r\n' >build.sh; chmod +x build.sh; echo 'defmodule Ways do
  {_, 0} = System.cmd("sh", ["-c", "./build.sh"], into: IO.stream(:stdio, :line), stderr_to_stdout: true)
end' >lib/ways.ex
collect shell-crlf mix compile
right; printf '#!/usr/bin/env bash\r\necho x\r\n' >build.sh
echo 'defmodule Ways do
  {_, 0} = System.cmd("sh", ["-c", "./build.sh"], into: IO.stream(:stdio, :line), stderr_to_stdout: true)
end' >lib/ways.ex
collect shell-crlf-bash mix compile
rm build.sh
right; mix_exs '"~> 1.9"' '"~> 1.99"'
collect elixir-version mix compile
right; mix_exs 'defp deps, do: \[\]' 'defp deps, do: [{:lost, path: "../lost"}]'
collect lost-path-dependency mix compile
right; mix_exs 'defp deps, do: \[\]' 'defp deps, do: [{:lost, git: "file:///nowhere/lost.git"}]'
collect unchecked-dependencies mix compile
collect git-nowhere mix deps.get
right; collect no-task mix assets.deploy
right; mix_exs 'defp releases, do: \[\]' 'defp releases, do: [applications: [absent: :permanent]]'
collect no-application mix release --overwrite
right; ln -s /var/www/uploads priv/uploads
collect link-in-priv mix release --overwrite
right; mkdir priv/static; ln -s ../../../assets/logo.svg priv/static/logo.svg
collect link-to-file mix release --overwrite
right; mix_exs '"0.1.0"' 'String.trim(elem({_, 0} = System.cmd("git", ~w(describe --tags)), 0))'
collect no-git-repository mix compile
right; cat >tls.exs <<'X'
# A server whose authority the client does not know, asked as Mix and Hex ask theirs.
{:ok, _} = Application.ensure_all_started(:ssl)
{:ok, _} = Application.ensure_all_started(:inets)
options = [digest: :sha256, key: {:rsa, 2048, 65537}]
chain = %{root: options, intermediates: [], peer: options}
%{server_config: server} = :public_key.pkix_test_data(%{server_chain: chain, client_chain: chain})
%{client_config: client} = :public_key.pkix_test_data(%{server_chain: chain, client_chain: chain})
{:ok, listen} = :ssl.listen(0, [{:reuseaddr, true} | server])
{:ok, {_, port}} = :ssl.sockname(listen)
spawn(fn ->
  {:ok, socket} = :ssl.transport_accept(listen)
  :ssl.handshake(socket)
end)
url = to_charlist("https://localhost:#{port}/registry")
options = [ssl: [verify: :verify_peer, cacerts: client[:cacerts]]]
{:error, reason} = :httpc.request(:get, {url, []}, options, [])
Mix.raise("httpc request failed with: #{inspect(reason)}")
X
collect httpc-unknown-ca mix run --no-start tls.exs
cat >nohost.exs <<'X'
{:ok, _} = Application.ensure_all_started(:inets)
{:error, reason} = :httpc.request(:get, {to_charlist("http://nowhere.invalid/registry"), []}, [], [])
Mix.raise("httpc request failed with: #{inspect(reason)}")
X
collect httpc-no-host mix run --no-start nohost.exs
rm tls.exs nohost.exs
right; echo 'defmodule Ways do
  def x, do: y
end' >lib/ways.ex
collect own-error mix compile
right; echo 'defmodule Ways do
  raise "nothing is missing, command not found is no cause"
end' >lib/ways.ex
collect own-raise mix compile
exit 0
