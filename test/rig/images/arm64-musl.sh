#!/usr/bin/env bash
# arm64-musl.sh KIND BARE TAR  Writes the system of a stand-in for Alpine on arm64; KIND is runtime or builder. BARE
# is the directory /bare that musl.Dockerfile makes for the other architecture: only two of its files are machine code.
#
# As in arm64.sh, packages are unpacked and not installed, and what their scripts do and a build needs is done here.
set -euo pipefail

kind=$1 bare=$2 archive=$3

packages=(--include=busybox-static --include=musl)
if [ "$kind" = builder ]; then
  packages=(--include='?essential' --include='?priority(required)')
  # git, make and a compiler: production installs them by apk, and there is no apk here.
  for package in ca-certificates netbase git make gcc musl-dev musl-tools; do
    packages+=("--include=$package")
  done
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tree=$work/tree
mmdebstrap --variant=extract --arch=arm64 --format=directory --skip=check/qemu \
  --hook-dir=/usr/share/mmdebstrap/hooks/merged-usr --aptopt='Acquire::Languages "none"' \
  "${packages[@]}" trixie "$tree"

script() { # NAME LINE...
  printf '%s\n' '#!/bin/sh' "${@:2}" >"$tree/usr/local/bin/$1"
  chmod 755 "$tree/usr/local/bin/$1"
}

make_runtime() {
  cp -a "$bare/." "$work/bare"
  rm "$work"/bare/lib/*
  cp "$tree/usr/bin/busybox" "$work/bare/bin/busybox"
  cp "$tree/usr/lib/aarch64-linux-musl/libc.so" "$work/bare/lib/ld-musl-aarch64.so.1"
  ln -s ld-musl-aarch64.so.1 "$work/bare/lib/libc.musl-aarch64.so.1"
  ln -sfn /lib/ld-musl-aarch64.so.1 "$work/bare/usr/bin/ldd"
  rm -rf "$tree"
  mv "$work/bare" "$tree"
}

make_builder() {
  local file path
  mkdir -p "$tree/usr/local/bin"
  for file in passwd group; do
    cp "$tree/usr/share/base-passwd/$file.master" "$tree/etc/$file"
  done
  [ -e "$tree/usr/bin/awk" ] || ln -s mawk "$tree/usr/bin/awk"
  [ -e "$tree/usr/bin/which" ] || ln -s which.debianutils "$tree/usr/bin/which"
  rm -rf "$tree"/usr/share/{doc,man,info,locale}/*
  rm -f "$tree"/etc/{hostname,resolv.conf,os-release} # this machine's; and Debian's
  cp "$bare/etc/os-release" "$tree/etc/"
  cat "$tree"/usr/share/ca-certificates/mozilla/*.crt >"$tree/etc/ssl/certs/ca-certificates.crt"
  # The names that musl.Dockerfile gives to the same things.
  for path in ct_run dialyzer epmd erl erlc escript run_erl to_erl typer; do
    ln -s "/opt/otp/bin/$path" "$tree/usr/local/bin/"
  done
  for path in elixir elixirc iex mix; do
    ln -s "../lib/elixir/bin/$path" "$tree/usr/local/bin/"
  done
  ln -s ld-musl-aarch64.so.1 "$tree/usr/lib/libc.musl-aarch64.so.1"
  ln -s /lib/ld-musl-aarch64.so.1 "$tree/usr/local/bin/ldd"
  # Without the option, atomics call a function of glibc's, and what has them does not load.
  script cc 'REALGCC=/usr/bin/gcc exec /usr/bin/musl-gcc -mno-outline-atomics "$@"'
  script c++ 'echo "This stand-in has no C++ for musl." >&2' 'exit 1'
  ln -s cc "$tree/usr/local/bin/gcc"
  ln -s c++ "$tree/usr/local/bin/g++"
}

"make_$kind"
tar -C "$tree" --numeric-owner --sort=name -cf "$archive" .
