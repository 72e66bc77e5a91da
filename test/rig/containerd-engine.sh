#!/usr/bin/env bash
# containerd-engine.sh start  Starts a Docker engine that keeps its images in containerd, as fresh installations of Docker
#                      29 do, and prints the line `DOCKER_HOST=unix:///...`.
# containerd-engine.sh stop   Ends it and removes its images and containers.
# It is Debian forky's docker.io in a root of its own, which is made once and kept in .cache. One runs for a checkout;
# start on a running one prints its address. It takes root, and has nothing in common with the machine's engine: its
# bridge, its addresses, its data and its processes are its own. The exit status is 3 where it cannot be had.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source-path=SCRIPTDIR source=../../script/env.sh
. "$here/../../script/env.sh"
# shellcheck source-path=SCRIPTDIR source=../../script/apt.sh
. "$here/../../script/apt.sh"

kept=$root/.cache/containerd-engine
tree=$kept/tree
# What is there while it runs: socket, log, network, and the process that the others end with.
state=$kept/state
address=unix://$state/docker.sock
settings=$here/containerd

give_up() {
  say "$1"
  exit 3
}

answers() { DOCKER_HOST=$address timeout 10 docker version >/dev/null 2>&1; }

pid() { # of the first process of the engine, if it runs: a pid may belong to another process by now
  local pid
  pid=$(cat "$state/pid" 2>/dev/null) || return 1
  grep -qs "$settings/init.sh" "/proc/$pid/cmdline" && echo "$pid"
}

make_tree() {
  local recipe
  recipe=$(declare -f make_tree | sha256sum | cut -c 1-16)
  [ "$(cat "$kept/recipe" 2>/dev/null)" != "$recipe" ] || return 0
  rm -rf "$tree" "$kept/recipe"
  mkdir -p "$kept"
  say "unpacking Debian forky with an engine in it: about half a minute"
  # Forky's index may be older than it says it is valid for.
  if ! mmdebstrap --variant=minbase --format=directory \
    --include=usr-is-merged,docker.io,docker-buildx,iptables,ca-certificates \
    --hook-dir=/usr/share/mmdebstrap/hooks/merged-usr --aptopt='Acquire::Check-Valid-Until "false"' \
    --aptopt='Acquire::Languages "none"' --dpkgopt=force-unsafe-io --dpkgopt='path-exclude=/usr/share/doc/*' \
    --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
    forky "$tree" >"$kept/tree.log" 2>&1; then
    tail -n 20 "$kept/tree.log" >&2
    give_up "Debian forky cannot be unpacked here."
  fi
  echo "$recipe" >"$kept/recipe"
}

# The rules that let its containers out. The engine itself makes none: it would take those of another engine away.
# They come first, because another engine lets nothing through that it does not know.
rules() { # -I|-D NUMBER
  local verb=$1 own=10.$2.0.0/16 status=0
  iptables --wait "$verb" FORWARD -s "$own" -j ACCEPT || status=1
  iptables --wait "$verb" FORWARD -d "$own" -j ACCEPT || status=1
  iptables --wait --table nat "$verb" POSTROUTING -s "$own" ! -d "$own" -j MASQUERADE || status=1
  return "$status"
}

# A bridge of addresses that this machine has no way to, and that no other checkout has: 10.NUMBER.0.1.
make_network() {
  local number
  for number in $(seq 214 239); do
    ! ip route show | grep -q "^10\.$number\." || continue
    ip link add "mixrel-ctd$number" type bridge 2>/dev/null || continue
    echo "$number" >"$state/network"
    ip address add "10.$number.0.1/24" dev "mixrel-ctd$number"
    ip link set "mixrel-ctd$number" up
    rules -I "$number"
    return
  done
  give_up "there is no free network between 10.214.0.0/16 and 10.239.0.0/16"
}

remove_network() {
  local number bridge
  number=$(cat "$state/network" 2>/dev/null) || return 0
  rules -D "$number" 2>/dev/null || true
  # Its own bridge, and those of networks that were left in it.
  for bridge in $(ip -o -4 address show | grep " 10\.$number\." | tr -s ' ' | cut -d ' ' -f 2); do
    ip link delete "$bridge" || true
  done
  ip link delete "mixrel-ctd$number" 2>/dev/null || true
}

start() {
  if pid >/dev/null && answers; then
    echo "DOCKER_HOST=$address"
    return
  fi
  stop
  apt_install mmdebstrap debian-archive-keyring iproute2 iptables util-linux ||
    give_up "mmdebstrap, iproute2 and iptables are needed, and cannot be installed here (not root on Debian or Ubuntu)."
  [ "$(id -u)" = 0 ] || give_up "Another engine takes root."
  [ "${#address}" -lt 110 ] || give_up "The path of this checkout is too long for a socket in it: $address"
  make_tree
  mkdir -p "$state"
  make_network
  setsid nohup unshare --mount --propagation private --pid --fork \
    bash "$settings/init.sh" "$tree" "$state" "$(cat "$state/network")" >"$state/log" 2>&1 </dev/null &
  disown
  local deadline=$((SECONDS + 60))
  while [ "$SECONDS" -lt "$deadline" ]; do
    sleep 0.2
    if answers; then
      echo "DOCKER_HOST=$address"
      return
    fi
    [ ! -s "$state/pid" ] || pid >/dev/null || break
  done
  tail -n 30 "$state/log" >&2
  stop
  give_up "The engine was started, and does not answer."
}

stop() {
  local first
  if first=$(pid); then
    kill "$first"
    for _ in $(seq 300); do
      [ -e "/proc/$first" ] || break
      sleep 0.1
    done
    # It is the first of its processes: the kernel ends the others with it.
    if [ -e "/proc/$first" ]; then
      kill -KILL "$first" || true
      while [ -e "/proc/$first" ]; do sleep 0.1; done
    fi
  fi
  remove_network
  rm -rf "$state" "$tree"/var/lib/docker "$tree"/var/lib/containerd
}

mkdir -p "$kept"
exec {lock}>"$kept/lock"
case ${1:-} in
  start)
    flock "$lock"
    start {lock}>&-
    ;;
  stop)
    flock "$lock"
    stop
    ;;
  *)
    say "usage: containerd-engine.sh start | stop"
    exit 2
    ;;
esac
