#!/usr/bin/env bash
# arm64.sh KIND IMAGE TAR LABEL...  Writes an image of Debian trixie for arm64 as an archive for
# `docker load`; KIND is runtime or builder. MIX_TOOLS names a directory with Hex and rebar3 for the
# builder. `docker import` would record the engine's own architecture.
#
# Packages are unpacked, not installed: that takes seconds and no emulator, where installing under
# emulation takes ten minutes. What their scripts do and a build needs is done here instead. dpkg does
# not know these packages, so apt can install nothing in the image.
set -euo pipefail

kind=$1 image=$2 archive=$3
labels=("${@:4}")

packages=(--include='?essential' --include='?priority(required)')
if [ "$kind" = builder ]; then
  # git, make and compilers: production installs them by apt, which cannot be had here.
  packages+=("--include=git,make,gcc,g++,libc6-dev"
    "--include=ca-certificates,netbase,libodbc2,libsctp1,elixir,erlang-dev")
  for app in asn1 crypto eldap eunit ftp inets mnesia os-mon parsetools public-key runtime-tools ssh ssl \
    syntax-tools tftp tools xmerl; do
    packages+=("--include=erlang-$app")
  done
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tree=$work/tree
mmdebstrap --variant=extract --arch=arm64 --format=directory --skip=check/qemu \
  --hook-dir=/usr/share/mmdebstrap/hooks/merged-usr --aptopt='Acquire::Languages "none"' \
  "${packages[@]}" trixie "$tree"

link() { # NAME TARGET
  [ -e "$tree$1" ] || ln -sf "$2" "$tree$1"
}
for file in passwd group; do
  cp "$tree/usr/share/base-passwd/$file.master" "$tree/etc/$file"
done
link /usr/bin/awk mawk
link /usr/bin/which which.debianutils
rm -rf "$tree"/usr/share/{doc,man,info,locale}/*
rm -f "$tree"/etc/{hostname,resolv.conf} # this machine's
if [ "$kind" = builder ]; then
  link /usr/bin/cc gcc
  link /usr/bin/c++ g++
  # As in the other stand-ins: a NIF finds erl_nif.h only where Erlang's own directory says.
  find "$tree/usr/include" "$tree/usr/lib/aarch64-linux-gnu" -maxdepth 1 -lname '*/erlang/*' -delete
  cat "$tree"/usr/share/ca-certificates/mozilla/*.crt >"$tree/etc/ssl/certs/ca-certificates.crt"
  cp -R "$MIX_TOOLS/." "$tree/"
fi

env='"LANG=C.UTF-8","MIX_REBAR3=/usr/local/bin/rebar3",'
[ "$kind" = builder ] || env=
quoted=()
for label in "${labels[@]}"; do
  quoted+=("\"${label%%=*}\":\"${label#*=}\"")
done
listed=$(IFS=, && echo "${quoted[*]}")
mkdir "$work/image"
tar -C "$tree" --numeric-owner --sort=name -cf "$work/image/layer.tar" .
cat >"$work/image/config.json" <<JSON
{
  "architecture": "arm64",
  "variant": "v8",
  "os": "linux",
  "created": "$(date -u +%Y-%m-%dT%H:%M:%SZ)",
  "config": {
    "Env": [${env}"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
    "Cmd": ["bash"],
    "Labels": {$listed}
  },
  "rootfs": { "type": "layers", "diff_ids": ["sha256:$(sha256sum <"$work/image/layer.tar" | cut -d ' ' -f 1)"] }
}
JSON
echo "[{\"Config\":\"config.json\",\"RepoTags\":[\"$image\"],\"Layers\":[\"layer.tar\"]}]" >"$work/image/manifest.json"
tar -C "$work/image" -cf "$archive" manifest.json config.json layer.tar
