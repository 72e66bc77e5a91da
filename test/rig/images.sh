#!/usr/bin/env bash
# images.sh [GROUP...]  Makes sure that the base images of images/list (of these groups, else of all)
# are in the engine: the one that is there, else the one from its registry, else a stand-in made from
# the distribution's packages, which says so.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source-path=SCRIPTDIR source=../../script/env.sh
. "$here/../../script/env.sh"
# shellcheck source-path=SCRIPTDIR source=../../script/apt.sh
. "$here/../../script/apt.sh"
# shellcheck source-path=SCRIPTDIR source=images/make.sh
. "$here/images/make.sh"

# The classic builder: the engines of some distributions come without the other one.
export DOCKER_BUILDKIT=0

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The images of these groups that are to be used, as lines "image group kind".
selected() {
  local image group kind wanted
  while read -r image group kind; do
    for wanted in "${groups[@]}"; do
      case $group in
        "$wanted" | "$wanted"/*)
          echo "$image $group $kind"
          break
          ;;
      esac
    done
  done < <(grep -v '^#' "$here/images/list")
}

present() { # IMAGE GROUP KIND: an image from a registry, or a stand-in of the present recipe
  local made_by
  made_by=$(docker image inspect --format "{{index .Config.Labels \"$recipe_label\"}}" "$1" 2>/dev/null) || return 1
  [ -z "$made_by" ] || [ "$made_by" = "$(recipe "$2" "$3")" ]
}

missing() {
  local image group kind
  while read -r image group kind; do
    present "$image" "$group" "$kind" || echo "$image $group $kind"
  done < <(selected)
}

# The smallest image there is: one short attempt decides for all.
registry_answers() { timeout 20 docker pull --quiet hello-world >/dev/null 2>&1; }

pull_missing() {
  local image group platform
  while read -r image group _; do
    say "pulling $image"
    platform=()
    [ "${group%%/*}" != arm64 ] || platform=(--platform linux/arm64)
    docker pull --quiet "${platform[@]}" "$image" >/dev/null || say "$image could not be pulled"
  done < <(missing)
}

# Makes what is missing of one group: one after the other, for a builder starts from its runtime.
make_group() { # GROUP
  local image group kind
  while read -r image group kind; do
    [ "$group" != "$1" ] || "make_${group%%/*}_$kind" "$image" "${group#*/}" || return 1
  done <<<"$todo"
}

make_groups() { # PATTERN: what is missing of the groups, side by side, one process each
  local todo group jobs=() job failed=0
  todo=$(missing)
  [ -n "$todo" ] || return 0
  while read -r group; do
    make_group "$group" &
    jobs+=($!)
  done < <(cut -d ' ' -f 2 <<<"$todo" | sort -u | grep -E "$1")
  for job in "${jobs[@]}"; do
    wait "$job" || failed=1
  done
  return "$failed"
}

groups=("$@")
[ $# -gt 0 ] || groups=(gnu musl arm64)
case " ${groups[*]} " in
  # Their stand-ins are made in, or with parts of, trixie's.
  *' gnu '*) ;;
  *' gnu/bookworm '* | *' musl '* | *' arm64 '* | *' arm64/'*) groups+=(gnu/trixie) ;;
esac
[ -n "$(selected)" ] || {
  say "images.sh: there is no group ${groups[*]}; test/rig/images/list has them"
  exit 2
}

[ -n "$(missing)" ] || exit 0
# One at a time: the next one finds them made.
mkdir -p "$root/.cache"
exec {lock}>"$root/.cache/images.lock"
flock "$lock"
if [ -n "$(missing)" ] && registry_answers; then
  pull_missing
fi
todo=$(missing)
[ -n "$todo" ] || exit 0
say "no registry gives these base images; making stand-ins from the distribution's packages:"
cut -d ' ' -f 1 <<<"$todo" >&2
if ! apt_install mmdebstrap debian-archive-keyring; then
  say "That needs root on Debian or Ubuntu. Elsewhere: pull these images, and run this again."
  exit 3
fi
make_groups '^gnu/trixie$'
make_groups .
drop_stages
