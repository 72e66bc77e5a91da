# shellcheck shell=bash disable=SC2154
# Sourced by images.sh, which sets root, here and work: how each stand-in is made.

# A stand-in carries the hash of its recipe, so that one from an older recipe is made anew.
recipe_label=io.mix-release-action.stand-in.recipe

recipe() { # GROUP KIND
  local files
  case $1-$2 in
    gnu/*-runtime) files=(runtime.sh runtime.changes) ;;
    gnu/*-builder) files=(runtime.sh runtime.changes builder.Dockerfile) ;;
    gnu/*-compiled)
      files=(runtime.sh runtime.changes builder.Dockerfile compiled.Dockerfile bookworm-otp.Dockerfile otp.sh)
      ;;
    musl-runtime) files=(musl.Dockerfile) ;;
    musl-builder) files=(builder.Dockerfile musl.Dockerfile musl-otp.Dockerfile otp.sh) ;;
    arm64/gnu-runtime) files=(arm64.sh) ;;
    arm64/gnu-builder) files=(builder.Dockerfile arm64.sh) ;;
    arm64/musl-runtime) files=(musl.Dockerfile arm64-musl.sh arm64-musl.Dockerfile) ;;
    arm64/musl-builder)
      mapfile -t files < <(otp_files arm64-musl)
      files+=(builder.Dockerfile musl.Dockerfile arm64-musl.sh arm64-musl.Dockerfile)
      ;;
  esac
  (cd "$here/images" && cat "${files[@]}") | sha256sum | cut -c 1-16
}

quietly() { # LOG COMMAND...: the output matters only when the command fails
  local log=$1
  shift
  "$@" >"$log" 2>&1 && return 0
  say "this failed: $*"
  tail -n 30 "$log" >&2
  return 1
}

labels() { # DESCRIPTION RECIPE: what a stand-in carries, so that nobody takes it for the real image
  printf '%s\n' "org.opencontainers.image.title=stand-in" \
    "org.opencontainers.image.description=$1" "$recipe_label=$2"
}

# name_as IMAGE COMMAND...  Runs what gives the name to a new image; the one that had it goes, unless it
# is in use or has another name.
name_as() {
  local old
  old=$(docker image inspect --format '{{.Id}}' "$1" 2>/dev/null) || old=
  "${@:2}" || return 1
  if [ -n "$old" ] && [ "$(docker image inspect --format '{{len .RepoTags}}' "$old" 2>/dev/null)" = 0 ]; then
    docker image rm "$old" >/dev/null 2>&1 || true # still in use: it stays, nameless
  fi
}

# finish IMAGE ID DESCRIPTION RECIPE  Labels an image that was built, and gives it its name.
finish() {
  local label args=() file
  while read -r label; do
    args+=(--label "$label")
  done < <(labels "$3" "$4")
  file=$work/${2#sha256:}.Dockerfile
  echo "FROM $2" >"$file"
  name_as "$1" quietly "$file.log" docker build "${args[@]}" -t "$1" - <"$file" || return 1
  say "$1 is a stand-in: $3 ($SECONDS s)"
}

# shellcheck disable=SC2016 # expanded in the container
versions='echo "OTP $(cat "$(erl -noshell -eval "io:put_chars(code:root_dir()), halt().")"/releases/*/OTP_VERSION), Elixir $(elixir -e "IO.write System.version")"'

make_gnu_runtime() { # IMAGE SUITE
  local image=$1 suite=$2 args=() change label tar=$work/$2.tar
  local what="Debian $suite, minimal, from its packages; no Erlang"
  quietly "$work/$suite.log" "$here/images/runtime.sh" "$suite" "$tar" || return 1
  while read -r label; do
    args+=(--change "LABEL ${label%%=*}=\"${label#*=}\"")
  done < <(labels "$what" "$(recipe "gnu/$suite" runtime)")
  # What real images have, and newer engines find no command without.
  while read -r change; do
    args+=(--change "$change")
  done <"$here/images/runtime.changes"
  name_as "$image" quietly "$work/$suite.log" \
    docker import "${args[@]}" "$tar" "$image" || return 1
  rm "$tar"
  say "$image is a stand-in: $what ($SECONDS s)"
}

make_gnu_builder() { # IMAGE SUITE
  local image=$1 suite=$2 id what
  quietly "$work/$suite.log" docker build --force-rm --iidfile "$work/$suite.id" \
    --build-arg "BASE=debian:$suite-slim" --build-arg "SUITE=$suite" \
    -f "$here/images/builder.Dockerfile" "$here/images" || return 1
  id=$(cat "$work/$suite.id")
  what="Debian $suite with its own $(docker run --rm "$id" sh -c "$versions"); Hex and rebar3 added"
  [ "$suite" != bullseye ] || what=${what/Hex and rebar3 added/Hex added, and no rebar3}
  finish "$image" "$id" "$what" "$(recipe "gnu/$suite" builder)"
}

# extract IMAGE PATH DIR  Files of an image; PATH/. for what is in a directory.
extract() {
  local container
  container=$(docker create "$1" true) || return 1
  mkdir -p "$3"
  docker cp "$container:$2" "$3" >/dev/null || return 1
  docker rm "$container" >/dev/null
}

# Hex and rebar3 as files: the same bytecode serves every machine with trixie's OTP.
mix_tools() { # DIR
  quietly "$1.log" docker build --force-rm --iidfile "$1.id" --target tools \
    --build-arg BASE=debian:trixie-slim --build-arg SUITE=trixie \
    -f "$here/images/builder.Dockerfile" "$here/images" || return 1
  extract "$(cat "$1.id")" /tools/root/. "$1"
}

# What an Erlang needs beside it, in a context for `docker build`: Elixir, Hex and rebar3 of trixie, and the
# Erlang itself.
compiled_context() { # NAME DIR
  mkdir "$2"
  mix_tools "$2/tools" || return 1
  extract "$(cat "$2/tools.id")" /usr/lib/elixir "$2" || return 1
  built_otp "$1" "$2/otp.tar.gz"
}

# An Erlang that no package has: the file that MIX_RELEASE_RIG_{BOOKWORM,MUSL,ARM64_MUSL}_OTP names, else one
# built from source, once.
built_otp() { # bookworm|musl|arm64-musl FILE
  local name=$1 variable files=() kept lock
  variable=${name^^}
  variable=MIX_RELEASE_RIG_${variable//-/_}_OTP
  if [ -n "${!variable:-}" ]; then
    cp "${!variable}" "$2"
    return
  fi
  mapfile -t files < <(otp_files "$name")
  kept=$root/.cache/$name-otp-$(cd "$here/images" && cat "${files[@]}" | sha256sum | cut -c 1-16).tar.gz
  mkdir -p "${kept%/*}"
  # Two groups made side by side need the one for musl.
  exec {lock}>"$root/.cache/$name-otp.lock"
  flock "$lock"
  if [ ! -s "$kept" ]; then
    say "building Erlang for $name from source: about ten minutes ($variable can name a built one)"
    compile_otp "$name" "$kept" || return 1
  fi
  exec {lock}>&-
  cp "$kept" "$2"
}

otp_files() { # NAME: what an Erlang from source is made with
  printf '%s\n' otp.sh "$1-otp.Dockerfile"
  [ "$1" != arm64-musl ] || printf '%s\n' musl-otp.Dockerfile musl-c++ getauxval.c zig.txt
}

compile_otp() { # NAME FILE
  local context=$here/images log=$work/$1-otp
  if [ "$1" = arm64-musl ]; then
    context=$log-context
    cross_context "$context" || return 1
  fi
  quietly "$log.log" docker build --force-rm --iidfile "$log.id" \
    -f "$here/images/$1-otp.Dockerfile" "$context" || return 1
  extract "$(cat "$log.id")" /otp.tar.gz "$log" || return 1
  mv "$log/otp.tar.gz" "$2"
}

# What the Erlang for musl on arm64 is compiled with: that for musl on this machine, and zig.
cross_context() { # DIR
  local file
  mkdir "$1"
  while read -r file; do
    cp "$here/images/$file" "$1/"
  done < <(otp_files arm64-musl)
  built_otp musl "$1/native.tar.gz" || return 1
  python3 -m pip --version >/dev/null 2>&1 || apt_install python3-pip || {
    say "pip is needed to get zig, and is not here: install Python 3 with pip."
    return 3
  }
  quietly "$1.log" python3 -m pip download --disable-pip-version-check --no-deps --only-binary :all: \
    --require-hashes --dest "$1" --requirement "$1/zig.txt" || return 1
  mv "$1"/ziglang-*.whl "$1/zig.whl"
}

make_gnu_compiled() { # IMAGE
  local context=$work/compiled id
  compiled_context bookworm "$context" || return 1
  quietly "$context.log" docker build --force-rm --iidfile "$context.id" \
    -f "$here/images/compiled.Dockerfile" "$context" || return 1
  id=$(cat "$context.id")
  finish "$1" "$id" \
    "Debian bookworm with $(docker run --rm "$id" sh -c "$versions"), that Erlang compiled on it; Hex and rebar3 added" \
    "$(recipe gnu/bookworm compiled)"
}

make_musl_runtime() { # IMAGE
  mkdir -p "$work/empty"
  quietly "$work/musl.log" docker build --force-rm --iidfile "$work/musl-runtime.id" --target runtime \
    -f "$here/images/musl.Dockerfile" "$work/empty" || return 1
  finish "$1" "$(cat "$work/musl-runtime.id")" "busybox and the loader of musl, from Debian trixie's packages; no Erlang" \
    "$(recipe musl runtime)"
}

make_musl_builder() { # IMAGE
  local context=$work/musl id
  compiled_context musl "$context" || return 1
  quietly "$work/musl.log" docker build --force-rm --iidfile "$work/musl.id" --target builder \
    -f "$here/images/musl.Dockerfile" "$context" || return 1
  id=$(cat "$work/musl.id")
  finish "$1" "$id" \
    "Debian trixie with $(docker run --rm "$id" sh -c "$versions") for musl; Hex, rebar3, git, make and cc added" \
    "$(recipe musl builder)"
}

make_arm64_runtime() { # IMAGE gnu|musl
  case $2 in
    gnu) make_arm64_gnu runtime "$1" "Debian trixie for arm64, its packages unpacked; no Erlang" ;;
    musl) make_arm64_musl runtime "$1" "busybox and the loader of musl for arm64, from Debian trixie's packages; no Erlang" ;;
  esac
}

make_arm64_builder() { # IMAGE gnu|musl
  local context=$work/arm64-musl-builder
  case $2 in
    gnu)
      mix_tools "$work/arm64-tools" || return 1
      make_arm64_gnu builder "$1" "Debian trixie for arm64, its packages unpacked, with its own Erlang and Elixir; Hex, rebar3, git, make, cc and c++ added"
      ;;
    musl)
      compiled_context arm64-musl "$context" || return 1
      make_arm64_musl builder "$1" "Debian trixie for arm64, its packages unpacked, with Erlang for musl, and its own Elixir; Hex, rebar3, git, make and cc added"
      rm -rf "$context"
      ;;
  esac
}

make_arm64_gnu() { # KIND IMAGE DESCRIPTION
  local lines=()
  mapfile -t lines < <(labels "$3" "$(recipe arm64/gnu "$1")")
  quietly "$work/arm64.log" env MIX_TOOLS="$work/arm64-tools" \
    "$here/images/arm64.sh" "$1" "$2" "$work/arm64.tar" "${lines[@]}" || return 1
  name_as "$2" quietly "$work/arm64.log" docker load --input "$work/arm64.tar" || return 1
  rm "$work/arm64.tar"
  say "$2 is a stand-in: $3 ($SECONDS s)"
}

make_arm64_musl() { # KIND IMAGE DESCRIPTION
  local context=$work/arm64-musl-$1 bare=$work/arm64-musl-bare label args=()
  mkdir -p "$context" "$work/empty"
  if [ ! -d "$bare" ]; then
    quietly "$bare.log" docker build --force-rm --iidfile "$bare.id" --target parts \
      -f "$here/images/musl.Dockerfile" "$work/empty" || return 1
    extract "$(cat "$bare.id")" /bare/. "$bare" || return 1
  fi
  quietly "$context.log" "$here/images/arm64-musl.sh" "$1" "$bare" "$context/system.tar" || return 1
  while read -r label; do
    args+=(--label "$label")
  done < <(labels "$3" "$(recipe arm64/musl "$1")")
  # What is built from nothing is of the platform that is asked for.
  name_as "$2" quietly "$context.log" docker build --force-rm --platform linux/arm64 --target "$1" "${args[@]}" -t "$2" \
    -f "$here/images/arm64-musl.Dockerfile" "$context" || return 1
  say "$2 is a stand-in: $3 ($SECONDS s)"
}

drop_stages() {
  docker image ls -q --filter dangling=true --filter label=io.mix-release-action.stand-in.stage |
    xargs -r docker image rm >/dev/null 2>&1 || true
}
