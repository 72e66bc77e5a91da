#!/usr/bin/env bash
# foreign.sh DIRECTORY  Unpacks programs and libraries of other architectures from Debian's packages, one directory
# each: what our ELF reader is compared with readelf on. The exit status is 3 where that cannot be had.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source-path=SCRIPTDIR source=../../../script/env.sh
. "$here/../../../script/env.sh"
# shellcheck source-path=SCRIPTDIR source=../../../script/apt.sh
. "$here/../../../script/apt.sh"

directory=$1
apt_install mmdebstrap || {
  say "mmdebstrap cannot be installed (not root on Debian or Ubuntu)"
  exit 3
}

# Only the suite itself: caches of its updates may lag behind for rare architectures. No word: mmdebstrap's own mirror.
mirror() {
  # shellcheck disable=SC2016 # apt fills it in
  apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Label: Debian' | sort -u | head -n 1
}

unpack() { # NAME ARCHITECTURE SUITE PACKAGE...
  local name=$1 architecture=$2 suite=$3
  local packages=("${@:4}")
  [ ! -e "$directory/$name" ] || return 0
  rm -rf "$directory/$name.part"
  mmdebstrap --quiet --variant=extract "--arch=$architecture" --format=directory --skip=check/qemu \
    --aptopt='Acquire::Languages "none"' "${packages[@]/#/--include=}" "$suite" "$directory/$name.part" "${mirror[@]}" ||
    return 1
  mv "$directory/$name.part" "$directory/$name"
}

mapfile -t mirror < <(mirror)
mkdir -p "$directory"
# 64 bits, 32 bits, and big endian.
packages=(erlang-base erlang-crypto libstdc++6 coreutils git musl)
for architecture in arm64 armhf s390x; do
  # A mirror can have an index of a rare architecture that is newer than its packages; then an older suite has them.
  unpack "$architecture" "$architecture" trixie "${packages[@]}" libssl3t64 ||
    unpack "$architecture" "$architecture" bookworm "${packages[@]}" libssl3
done
# Big endian of 32 bits is no architecture of Debian's own, but some of its cross compilers' libraries are. Alpha has
# a hash table of its own.
cross=()
for architecture in powerpc mips hppa m68k; do
  cross+=("libc6-$architecture-cross")
done
unpack cross amd64 bookworm "${cross[@]}" libc6.1-alpha-cross libstdc++6-powerpc-cross
