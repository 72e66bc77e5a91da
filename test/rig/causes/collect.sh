#!/bin/sh
# Collects what fails: collect.sh running|building DIRECTORY [IMAGE...]. Each image gives a file, whose sections are the
# ways in which a release (running.sh) or a build (building.sh) fails.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
what=$1 to=$2
shift 2
# No name of an image has a space.
# shellcheck disable=SC2046
[ $# -gt 0 ] || set -- $(docker images --format '{{.Repository}}:{{.Tag}}' hexpm/elixir)
for image; do
  id=$(docker create --network none --user 0 --env LANG=C.UTF-8 --tmpfs /full:size=1m "$image" sh "/causes/$what.sh" "$image")
  docker cp -q "$here" "$id:/causes"
  docker start -a "$id"
  mkdir -p "$to"
  docker cp -q "$id:/out/." "$to/"
  docker rm -f "$id" >/dev/null
done
