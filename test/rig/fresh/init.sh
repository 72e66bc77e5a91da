#!/usr/bin/env bash
# init.sh TREE [PART]  The first process in the namespaces that script/fresh makes: makes TREE its root, and runs
# `script/test [PART]` there with the settings of TREE/settings/env. When it ends, all that it started has ended.
set -euo pipefail

tree=$1
shift

mount --bind "$tree" "$tree"
mkdir "$tree/old"
mount -t proc proc "$tree/proc"
# Of this network, and with the groups that the engine divides processes into.
mount -t sysfs sysfs "$tree/sys"
mount --rbind /sys/fs/cgroup "$tree/sys/fs/cgroup"
mount --rbind /dev "$tree/dev"
mount -t tmpfs tmpfs "$tree/run"
hostname fresh
pivot_root "$tree" "$tree/old"
cd /root/project
umount -l /old
rmdir /old

end() {
  local status=$? dockerd
  # Its containers end with it, and leave no control group behind.
  dockerd=$(cat /var/run/docker.pid 2>/dev/null) || exit "$status"
  docker ps --quiet | xargs --no-run-if-empty docker rm --force >/dev/null || true
  kill "$dockerd"
  for _ in {1..100}; do
    [ -e "/proc/$dockerd" ] || break
    sleep 0.1
  done
  exit "$status"
}
trap end EXIT

settings=(HOME=/root LANG=C.UTF-8 PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin)
while IFS= read -r line; do
  eval "settings+=($line)"
done <<<"$(cat /settings/env)"
env -i "${settings[@]}" script/test "$@"
