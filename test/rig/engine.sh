#!/usr/bin/env bash
# Makes sure that a Docker engine answers, with a CLI to speak to it: the one that is there, else the
# distribution's own, started in the background. The exit status is 3 where neither can be had.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source-path=SCRIPTDIR source=../../script/env.sh
. "$here/../../script/env.sh"
# shellcheck source-path=SCRIPTDIR source=../../script/apt.sh
. "$here/../../script/apt.sh"

socket=/var/run/docker.sock
log=$root/.cache/dockerd.log

give_up() {
  say "$1"
  say "A Docker engine is needed: start one (or set DOCKER_HOST to one that answers), and run this again."
  exit 3
}

has_cli() { command -v docker >/dev/null; }

answers() {
  if has_cli; then
    DOCKER_HOST=${DOCKER_HOST:-unix://$socket} timeout 10 docker version >/dev/null 2>&1
  else
    [ -S "$socket" ] && timeout 10 node -e '
      const request = require("node:http").get({ socketPath: process.argv[1], path: "/_ping" });
      request.on("response", (r) => process.exit(r.statusCode === 200 ? 0 : 1));
      request.on("error", () => process.exit(1));' "$socket"
  fi
}

running() { # NAME: is there a process of this name?
  grep -qsx "$1" /proc/[0-9]*/comm
}

# A daemon that was killed leaves its files behind. A pid in them that now belongs to another process,
# or a socket that nobody serves, would keep the next daemon from starting.
clear_leftovers() {
  local entry file name pid
  for entry in /var/run/docker.pid:dockerd /var/run/docker/containerd/containerd.pid:containerd; do
    file=${entry%:*} name=${entry#*:}
    if [ -f "$file" ]; then
      pid=$(cat "$file")
      [ "$(cat "/proc/$pid/comm" 2>/dev/null)" = "$name" ] || rm -f "$file"
    fi
  done
  running containerd || rm -f /run/containerd/containerd.sock /var/run/docker/containerd/containerd.sock
}

# The CLI is a package of its own in newer releases, and docker.io only recommends it.
install_cli() {
  # RUNLEVEL=1: the package must not start a second daemon beside the one that answers.
  RUNLEVEL=1 apt_install docker-cli 2>/dev/null || RUNLEVEL=1 apt_install docker.io || true
  has_cli || give_up "There is no docker command, and it could not be installed."
}

install_engine() {
  apt_install docker.io iptables || give_up "The package docker.io could not be installed."
  has_cli || install_cli
}

start_daemon() {
  if [ -d /run/systemd/system ] && systemctl start docker >/dev/null 2>&1; then
    return
  fi
  running dockerd && return # the package, or somebody else, has just started it
  clear_leftovers
  mkdir -p "${log%/*}"
  say "starting dockerd (log: $log)"
  setsid nohup dockerd >"$log" 2>&1 </dev/null &
  disown
}

if answers; then
  has_cli || install_cli
  exit 0
fi
[ -z "${DOCKER_HOST:-}" ] || give_up "No engine answers at DOCKER_HOST ($DOCKER_HOST)."
can_install || give_up "No engine answers at $socket, and none can be installed here (not root on Debian or Ubuntu)."
if ! has_cli || ! command -v dockerd >/dev/null || ! command -v iptables >/dev/null; then
  install_engine
fi
start_daemon
deadline=$((SECONDS + 60))
while [ "$SECONDS" -lt "$deadline" ]; do
  sleep 0.5
  ! answers || exit 0
  running dockerd || break
done
tail -n 30 "$log" >&2 2>/dev/null || true
give_up "dockerd was started, and does not answer."
