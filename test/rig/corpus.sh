#!/usr/bin/env bash
# corpus.sh [objects|NAME...]  Makes what the corpus of the audit is put together from, and prints a line
# `NAME DIRECTORY` for each part: `objects`, files of machine code by compilers for many machines, and releases that the
# product itself builds for every target and suite of the rig, each with one beside it that has no ERTS. Without
# arguments all of them. They are kept in .cache/corpus, and in the engine for other checkouts, until their recipe, or
# the image they were built in, changes.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source-path=SCRIPTDIR source=../../script/env.sh
. "$here/../../script/env.sh"
# shellcheck source-path=SCRIPTDIR source=kept.sh
. "$here/kept.sh"

export DOCKER_BUILDKIT=0
cache=$root/.cache/corpus
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# name, group of its image, target, image, flags; what takes longest first
releases() {
  cat <<'LIST'
arm64     arm64/gnu    aarch64-unknown-linux-gnu hexpm/elixir-arm64:1.18.3-erlang-27.3.4.1-debian-trixie-20250929-slim --method emulate
trixie    gnu/trixie   x86_64-unknown-linux-gnu  hexpm/elixir:1.18.3-erlang-27.3.4.1-debian-trixie-20250929-slim
bookworm  gnu/bookworm x86_64-unknown-linux-gnu  hexpm/elixir:1.14.0-erlang-25.2.3-debian-bookworm-20231009-slim
compiled  gnu/bookworm x86_64-unknown-linux-gnu  hexpm/elixir:1.18.3-erlang-27.3.4.1-debian-bookworm-20250929-slim
bullseye  gnu/bullseye x86_64-unknown-linux-gnu  hexpm/elixir:1.10.3-erlang-23.2.6-debian-bullseye-20210902-slim
forky     gnu/forky    x86_64-unknown-linux-gnu  hexpm/elixir:1.20.4-erlang-29.1.1-debian-forky-20260801-slim
musl      musl         x86_64-unknown-linux-musl hexpm/elixir:1.18.3-erlang-27.3.4.1-alpine-3.22.1 --env CORPUS_SMALL=yes
LIST
}

quietly() {
  local log
  log=$(mktemp -p "$work")
  "$@" >"$log" 2>&1 && return 0
  say "this failed: $*"
  tail -n 30 "$log" >&2
  return 1
}

hash_of() { (cd "$here/corpus" && find "$@" -type f | LC_ALL=C sort | xargs cat) | sha256sum | cut -c 1-16; }

# keep NAME KEY COMMAND...  Runs the command with a directory to fill, unless it was filled for the same key.
keep() {
  local directory=$cache/$1-$2
  [ -d "$directory" ] || rm -rf "$cache/$1"-*
  kept "corpus-$1" "$2" "$directory" "${@:3}" || return 1
  echo "$1 $directory"
}

make_objects() { # DIRECTORY
  local image=$1.image container
  quietly docker build --force-rm --iidfile "$image" -f "$here/corpus/compilers.Dockerfile" "$here/corpus" || return 1
  container=$(docker create "$(cat "$image")" true)
  rm "$image"
  docker cp "$container:/objects/." "$1" >/dev/null
  docker rm "$container" >/dev/null
}

make_release() { # TARGET IMAGE FLAG... DIRECTORY
  local directory=${*: -1} target=$1 image=$2 flags=("${@:3:$#-3}") name
  # The audit and the smoke test are what the corpus is for, so it does not lean on them.
  quietly node "$root/dist/cli.mjs" build "$here/corpus/project" --target "$target" --image "$image" --pull never \
    --audit off --smoke-test off "${flags[@]}" --release corpus --release without_erts --output "$directory" || return 1
  # By their names alone, and with the tarballs beside them.
  for name in corpus without_erts; do
    mv "$directory/$name-1.0.0-$target" "$directory/$name"
    mv "$directory/$name-1.0.0-$target.tar.gz" "$directory/$name.tar.gz"
  done
}

make_part() { # NAME
  local name group target image flags
  if [ "$1" = objects ]; then
    "$here/images.sh" gnu/trixie
    keep objects "$(hash_of compilers.Dockerfile sources)" make_objects
    return
  fi
  read -r name group target image flags < <(releases | grep "^$1 ") || {
    say "corpus.sh: there is no part $1"
    return 2
  }
  [ "$group" != arm64/gnu ] || "$here/binfmt.sh"
  "$here/images.sh" "$group"
  # shellcheck disable=SC2086 # several flags
  keep "$name" "$(hash_of project)-$(docker image inspect --format '{{.Id}}' "$image" | cut -c 8-19)" \
    make_release "$target" "$image" $flags
}

mkdir -p "$cache"
exec {lock}>"$cache/lock"
flock "$lock"
# What tests that were killed left behind.
find "$cache" -maxdepth 1 -name 'scratch-*' -mmin +60 -exec rm -rf {} +
parts=("$@")
[ $# -gt 0 ] || mapfile -t parts < <(echo objects && releases | cut -d ' ' -f 1)
# Side by side: each waits for downloads, too.
running=0 failed=0
for part in "${parts[@]}"; do
  if [ "$running" -gt "$(nproc)" ]; then
    wait -n || failed=1
    running=$((running - 1))
  fi
  make_part "$part" >"$work/$part.made" &
  running=$((running + 1))
done
while [ "$running" -gt 0 ]; do
  wait -n || failed=1
  running=$((running - 1))
done
[ "$failed" = 0 ]
for part in "${parts[@]}"; do
  cat "$work/$part.made"
done
