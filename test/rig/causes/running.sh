#!/bin/sh
# Runs in a container of an image with Elixir: makes the release, and starts it in every way in which it fails.
image=$1
name=$(echo "${image#*:}" | sed -E 's/^([0-9.]+)-erlang-([0-9]+)[0-9.]*-[a-z]+-([a-z0-9.]+).*/elixir-\1-otp-\2-\3/')
mkdir -p /build /smoke /out
cp -r /causes/project /build/src
chmod 644 /build/src/priv/plain.sh
# An object for a processor that no machine has that runs this.
printf '\177ELF\2\1\1\0\0\0\0\0\0\0\0\0\3\0\363\0\1\0\0\0%064d' 0 | tr 0 '\000' >/build/src/priv/other.so
cd /build/src || exit
MIX_ENV=prod MIX_BUILD_PATH=/build/state/build/prod mix release --quiet >/tmp/build.log 2>&1 || { cat /tmp/build.log; exit 1; }
mv /build/state/build/prod/rel/ways /smoke/release
rm -rf /build /etc/ssl /etc/pki
cd /tmp || exit
export RELEASE_TMP=/tmp/release RELEASE_COOKIE=cookie ERL_CRASH_DUMP_SECONDS=0 RELEASE_DISTRIBUTION=none
echo "# What releases print when they fail, from $image, by test/rig/causes/collect.sh" >"/out/$name.txt"
# WHAT COMMAND...: the output of a command. Lines are cut off: dumps of state are long.
collect() {
  what=$1; shift
  { echo; echo "## $what"; { timeout 20 env "$@" 2>&1; echo "# exit status $?"; } | cut -c1-600 | head -60; } >>"/out/$name.txt"
}
ways=$(sed -nE 's/^  def fail\("([a-z0-9-]+)"\).*/\1/p' /causes/project/lib/ways.ex)
run=/smoke/release/bin/ways
for way in $ways; do
  case $way in memory) continue ;; esac
  collect "start-$way" WAY="$way" $run start
done
for way in mix-env baked-source otp-module refused priv-file cacerts system-env raise; do
  collect "server-$way" WHERE=server WAY="$way" $run start
done
# Names without spaces.
# shellcheck disable=SC2013
for config in $(sed -nE 's/^  "([a-z-]+)" ->.*/\1/p' /causes/project/config/runtime.exs); do
  collect "config-$config" CONFIG="$config" $run eval 1
done
for nif in absent text pointer other; do
  collect "native-$nif" WHERE=native NIF="$nif" $run start
done
collect "log-manifest" WHERE=log WAY='Could not find static manifest at "/smoke/release/lib/ways-0.1.0/priv/static/cache_manifest.json". Run "mix phx.digest" after building your static files or remove the "cache_static_manifest" configuration from your config files.' $run start
collect "node-inet6" RELEASE_DISTRIBUTION=name RELEASE_NODE=ways@127.0.0.1 ERL_AFLAGS='-proto_dist inet6_tcp' $run start
collect "node-fly" RELEASE_DISTRIBUTION=name RELEASE_NODE=ways@fdaa::1 ERL_AFLAGS='-proto_dist inet6_tcp' $run start
collect "node-long" RELEASE_DISTRIBUTION=name RELEASE_NODE=ways $run start
collect "node-host" RELEASE_DISTRIBUTION=sname RELEASE_NODE=ways@db.example.com $run start
collect "locale-latin1" LANG=C LC_ALL=C $run start
collect "locale-bash" LC_ALL=en_US.UTF-8 bash -c 'echo started; /smoke/release/bin/ways eval 1'
collect "limit-memory" WAY=memory sh -c 'ulimit -v 3000000; exec /smoke/release/bin/ways start'
chmod 644 /smoke/release/bin/ways
collect "script-mode" sh -c /smoke/release/bin/ways\ start
chmod 755 /smoke/release/bin/ways
cp /smoke/release/releases/0.1.0/env.sh /tmp/env.sh
# shellcheck disable=SC2016
printf 'export A=1\r\nif [ -n "$A" ]; then\r\n  export B=2\r\nfi\r\n' >/smoke/release/releases/0.1.0/env.sh
collect "script-crlf-env" $run start
cp /tmp/env.sh /smoke/release/releases/0.1.0/env.sh
printf '#!/bin/sh\r\nexec ./ways start\r\n' >/smoke/release/bin/server
chmod 755 /smoke/release/bin/server
collect "script-crlf" sh -c /smoke/release/bin/server
printf '#!/usr/bin/env bash\r\nexec ./ways start\r\n' >/smoke/release/bin/server
collect "script-crlf-bash" sh -c /smoke/release/bin/server
rm -rf /smoke/release/erts-*
collect "no-erts" $run start
exit 0
