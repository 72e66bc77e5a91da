#!/usr/bin/env bash
# Makes sure that every base image of images/list is in the engine: the one that is there, else the
# one from its registry, else a stand-in made from the distribution's packages, which says so.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source-path=SCRIPTDIR source=../../script/env.sh
. "$here/../../script/env.sh"
# shellcheck source-path=SCRIPTDIR source=../../script/apt.sh
. "$here/../../script/apt.sh"

# A stand-in carries the hash of its recipe, so that one from an older recipe is made anew.
recipe_label=io.mix-release-action.stand-in.recipe
recipe=$(cat "$here/images/runtime.sh" "$here/images/builder.Dockerfile" | sha256sum | cut -c 1-16)
# The classic builder: the engines of some distributions come without the other one.
export DOCKER_BUILDKIT=0

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

present() { # IMAGE
  local made_by
  made_by=$(docker image inspect --format "{{index .Config.Labels \"$recipe_label\"}}" "$1" 2>/dev/null) || return 1
  [ -z "$made_by" ] || [ "$made_by" = "$recipe" ]
}

# The images of a kind that are not there, as lines "image suite".
missing() { # KIND
  local image suite kind
  while read -r image suite kind; do
    if [ "$kind" = "$1" ] && ! present "$image"; then
      echo "$image $suite"
    fi
  done < <(grep -v '^#' "$here/images/list")
}

all_missing() {
  missing runtime
  missing builder
}

# The smallest image there is: one short attempt decides for all.
registry_answers() { timeout 20 docker pull --quiet hello-world >/dev/null 2>&1; }

pull_missing() {
  local image
  while read -r image _; do
    say "pulling $image"
    docker pull --quiet "$image" >/dev/null || say "$image could not be pulled"
  done < <(all_missing)
}

quietly() { # LOG COMMAND...: the output matters only when the command fails
  local log=$1
  shift
  "$@" >"$log" 2>&1 && return 0
  say "this failed: $*"
  tail -n 30 "$log" >&2
  return 1
}

labels() { # DESCRIPTION: what a stand-in carries, so that nobody takes it for the real image
  printf '%s\n' "org.opencontainers.image.title=stand-in" \
    "org.opencontainers.image.description=$1" "$recipe_label=$recipe"
}

# name_as IMAGE COMMAND...  Runs what gives the name to a new image; the one that had it goes.
name_as() {
  local old
  old=$(docker image inspect --format '{{.Id}}' "$1" 2>/dev/null) || old=
  "${@:2}" || return 1
  if [ -n "$old" ]; then
    docker image rm "$old" >/dev/null 2>&1 || true # still in use: it stays, nameless
  fi
}

make_runtime() { # IMAGE SUITE
  local image=$1 suite=$2 args=() label tar=$work/$2.tar
  local what="Debian $suite, minimal, from its packages; no Erlang"
  quietly "$work/$suite.log" "$here/images/runtime.sh" "$suite" "$tar" || return 1
  while read -r label; do
    args+=(--change "LABEL ${label%%=*}=\"${label#*=}\"")
  done < <(labels "$what")
  name_as "$image" quietly "$work/$suite.log" \
    docker import "${args[@]}" --change 'CMD ["bash"]' "$tar" "$image" || return 1
  rm "$tar"
  say "$image is a stand-in: $what ($SECONDS s)"
}

make_builder() { # IMAGE SUITE
  local image=$1 suite=$2 args=() label id what
  quietly "$work/$suite.log" docker build --force-rm --iidfile "$work/$suite.id" \
    --build-arg "BASE=debian:$suite-slim" --build-arg "SUITE=$suite" \
    -f "$here/images/builder.Dockerfile" "$here/images" || return 1
  id=$(cat "$work/$suite.id")
  # shellcheck disable=SC2016 # expanded in the container
  what="Debian $suite with its own $(docker run --rm "$id" sh -c '
    echo "OTP $(cat /usr/lib/erlang/releases/*/OTP_VERSION), Elixir $(elixir --short-version)"'); Hex and rebar3 added"
  while read -r label; do
    args+=(--label "$label")
  done < <(labels "$what")
  echo "FROM $id" >"$work/$suite.Dockerfile"
  name_as "$image" quietly "$work/$suite.log" \
    docker build "${args[@]}" -t "$image" - <"$work/$suite.Dockerfile" || return 1
  say "$image is a stand-in: $what ($SECONDS s)"
}

make_missing() { # KIND: side by side, one process an image
  local image suite jobs=() job failed=0
  while read -r image suite; do
    "make_$1" "$image" "$suite" &
    jobs+=($!)
  done < <(missing "$1")
  for job in "${jobs[@]}"; do
    wait "$job" || failed=1
  done
  return "$failed"
}

drop_stages() {
  docker image ls -q --filter dangling=true --filter label=io.mix-release-action.stand-in.stage |
    xargs -r docker image rm >/dev/null 2>&1 || true
}

[ -n "$(all_missing)" ] || exit 0
if registry_answers; then
  pull_missing
  [ -n "$(all_missing)" ] || exit 0
fi
say "no registry gives these base images; making stand-ins from the distribution's packages:"
all_missing | cut -d ' ' -f 1 >&2
if ! apt_install mmdebstrap debian-archive-keyring; then
  say "That needs root on Debian or Ubuntu. Elsewhere: pull these images, and run this again."
  exit 3
fi
make_missing runtime
make_missing builder
drop_stages
