# shellcheck shell=bash
# Sourced: what takes minutes to make is kept in the engine too, as images that are never run. The engine outlives a
# checkout with its .cache and .tools, and the next checkout copies it out.

# kept NAME KEY DIRECTORY COMMAND...  Sees to a directory: the one that is there, else a copy of what NAME with that key
# was in another checkout, else what the command puts in the directory that is its last argument.
kept() {
  local image=mix-release-test/kept-$1:$2 name=$1 directory=$3 started=$SECONDS
  shift 3
  [ ! -d "$directory" ] || return 0
  rm -rf "$directory.part"
  mkdir -p "$directory.part"
  if take_kept "$image" "$directory.part"; then
    say "copied $name out of the engine ($((SECONDS - started)) s)"
  else
    rm -rf "$directory.part"
    mkdir "$directory.part"
    "$@" "$directory.part" || return 1
    put_kept "$image" "$directory.part"
    say "made $name ($((SECONDS - started)) s)"
  fi
  mv "$directory.part" "$directory"
}

take_kept() { # IMAGE DIRECTORY
  local container status=0
  docker image inspect "$1" >/dev/null 2>&1 || return 1
  container=$(docker create "$1" true) || return 1
  docker cp "$container:/kept/." "$2" >/dev/null || status=1
  docker rm "$container" >/dev/null
  return "$status"
}

# Takes the place of what was kept with other keys. What is to be kept is there already, so that an engine that cannot
# do it is only told of.
put_kept() { # IMAGE DIRECTORY
  local other
  # Names, and what hard links point to, but not the text of symbolic links.
  tar -C "$2" --transform='flags=rh;s,^\.,kept,' --create . | docker import - "$1" >/dev/null || {
    say "$1 could not be kept in the engine: another checkout makes it again"
    return 0
  }
  while read -r other; do
    [ "$other" = "$1" ] || docker image rm "$other" >/dev/null 2>&1 || true # another checkout may be copying it
  done < <(docker image ls --format '{{.Repository}}:{{.Tag}}' "${1%:*}")
}
