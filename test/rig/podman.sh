#!/usr/bin/env bash
# test/rig/podman.sh start DIR [USER] | stop DIR [USER]  Podman's service with data of its own; it answers at DIR/socket as
# Docker does. With USER it runs as a new user of that name, without root, and stop removes the user.
set -euo pipefail

# shellcheck source-path=SCRIPTDIR source=../../script/env.sh
. "$(dirname "${BASH_SOURCE[0]}")/../../script/env.sh"
# shellcheck source-path=SCRIPTDIR source=../../script/apt.sh
. "$root/script/apt.sh"

command=${1:-} dir=${2:?a directory} user=${3:-}

stop() {
  local pid
  if [ -f "$dir/pid" ]; then
    pid=$(cat "$dir/pid")
    kill "$pid" 2>/dev/null || true
    for _ in $(seq 100); do
      kill -0 "$pid" 2>/dev/null || break
      sleep 0.1
    done
  fi
  if [ -n "$user" ] && id "$user" >/dev/null 2>&1; then
    # Without root there is one more process, which keeps the user's namespaces.
    pkill -KILL -u "$user" || true
    for _ in $(seq 100); do
      pgrep -u "$user" >/dev/null || break
      sleep 0.1
    done
    userdel "$user"
  fi
  { grep -o " $dir/[^ ]*" /proc/mounts || true; } | sort -r | while read -r mount; do umount -l "$mount" || true; done
  rm -rf "$dir"
}

# A user with names of its own in /etc/subuid and /etc/subgid, whose home is in DIR.
add_user() {
  apt_install uidmap slirp4netns procps || {
    say "uidmap, slirp4netns and procps are needed, and cannot be installed here"
    exit 3
  }
  useradd --home-dir "$dir" --shell /bin/sh "$user"
  chown "$user" "$dir"
  # As udev has it on a whole machine: without it there is no network.
  [ ! -e /dev/net/tun ] || chmod a+rw /dev/net/tun
}

start() {
  # catatonit is the first process of its containers, runc what starts them: crun wants other cgroups.
  apt_install podman catatonit runc containernetworking-plugins || {
    say "podman, catatonit, runc and containernetworking-plugins are needed, and cannot be installed here"
    exit 3
  }
  mkdir -p "$dir"
  local as=()
  if [ -n "$user" ]; then
    add_user
    as=(setpriv --reuid "$user" --regid "$user" --init-groups --)
  fi
  # No higher limits than this machine's own: raising them is not allowed everywhere.
  cat >"$dir/containers.conf" <<CONFIG
[containers]
default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
CONFIG
  "${as[@]}" mkdir -p "$dir/run"
  (cd "$dir" && HOME=$dir XDG_RUNTIME_DIR=$dir/run CONTAINERS_CONF=$dir/containers.conf exec "${as[@]}" podman \
    --root "$dir/root" --runroot "$dir/run/podman" --storage-driver overlay \
    system service --time 0 "unix://$dir/socket") >"$dir/log" 2>&1 </dev/null &
  echo $! >"$dir/pid"
  for _ in $(seq 100); do
    DOCKER_HOST=unix://$dir/socket docker version >/dev/null 2>&1 && return
    sleep 0.2
  done
  tail -n 20 "$dir/log" >&2
  say "Podman's service does not answer"
  exit 1
}

case $command in
  start)
    stop
    start
    ;;
  stop) stop ;;
  *)
    say "usage: test/rig/podman.sh start DIR [USER] | stop DIR [USER]"
    exit 2
    ;;
esac
