#!/usr/bin/env bash
# registry.sh start [PORT]  Starts a registry for images on loopback, and prints its address. Engines take
#                    loopback addresses without TLS.
# registry.sh stop   Stops it and removes its data.
# It is Debian's docker-registry. One runs for a checkout; start on a running one prints its address.
# The exit status is 3 where it cannot be installed.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source-path=SCRIPTDIR source=../../script/env.sh
. "$here/../../script/env.sh"
# shellcheck source-path=SCRIPTDIR source=../../script/apt.sh
. "$here/../../script/apt.sh"

state=$root/.cache/registry

pid() { # of the one that runs, if it does: a pid may belong to another process by now
  local pid
  pid=$(cat "$state/pid" 2>/dev/null) || return 1
  grep -qs "$state/config.yml" "/proc/$pid/cmdline" && echo "$pid"
}

answers() {
  node -e 'fetch(process.argv[1]).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))' "http://$1/v2/"
}

free_port() {
  node -e '
    const server = require("node:net").createServer();
    server.listen(0, "127.0.0.1", () => { console.log(server.address().port); server.close(); });'
}

start() { # [PORT]
  local address tries
  if pid >/dev/null && answers "$(cat "$state/address")"; then
    cat "$state/address"
    return
  fi
  stop
  # RUNLEVEL=1: the package must not start one of its own.
  RUNLEVEL=1 apt_install docker-registry || {
    say "docker-registry cannot be installed (not root on Debian or Ubuntu)"
    exit 3
  }
  address=127.0.0.1:${1:-$(free_port)}
  mkdir -p "$state/data"
  cat >"$state/config.yml" <<CONFIG
version: 0.1
log: { level: warn }
storage:
  filesystem: { rootdirectory: "$state/data" }
  delete: { enabled: true }
http: { addr: "$address" }
CONFIG
  setsid nohup docker-registry serve "$state/config.yml" >"$state/log" 2>&1 </dev/null &
  echo $! >"$state/pid"
  echo "$address" >"$state/address"
  for tries in {1..40}; do
    if answers "$address"; then
      echo "$address"
      return
    fi
    pid >/dev/null || [ "$tries" -lt 4 ] || break
    sleep 0.25
  done
  say "the registry does not answer at $address:"
  tail -n 20 "$state/log" >&2
  stop
  exit 1
}

stop() {
  local running
  if running=$(pid); then
    kill "$running"
    while [ -e "/proc/$running" ]; do sleep 0.1; done
  fi
  rm -rf "$state"
}

case ${1:-} in
  start) start "${@:2}" ;;
  stop) stop ;;
  *)
    say "usage: registry.sh start [PORT] | stop"
    exit 2
    ;;
esac
