#!/usr/bin/env bash
# init.sh TREE STATE NUMBER  The first process in the namespaces that containerd-engine.sh makes: makes TREE its root, and
# runs containerd and dockerd there until it gets a TERM. STATE is /state there.
set -euo pipefail

tree=$1 state=$2 number=$3

# This /proc is still that of the namespace outside, so this is the pid that others know this process by.
read -r outside _ </proc/self/stat
echo "$outside" >"$state/pid"

mount --bind "$tree" "$tree"
mkdir -p "$tree/state" "$tree/old"
mount -t proc proc "$tree/proc"
mount --rbind /sys "$tree/sys"
mount --rbind /dev "$tree/dev"
mount -t tmpfs tmpfs "$tree/run"
mount -t tmpfs tmpfs "$tree/tmp"
mount --bind "$state" "$tree/state"
cp -L /etc/resolv.conf "$tree/etc/resolv.conf"
# A changed root by chroot is not enough: runc makes the root of its containers by pivot_root, too.
pivot_root "$tree" "$tree/old"
cd /
umount -l /old
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

cat >/etc/containerd.toml <<'CONFIG'
version = 3
disabled_plugins = [
  "io.containerd.cri.v1.images",
  "io.containerd.cri.v1.runtime",
  "io.containerd.grpc.v1.cri",
  "io.containerd.differ.v1.erofs",
  "io.containerd.snapshotter.v1.btrfs",
  "io.containerd.snapshotter.v1.erofs",
]
CONFIG
cat >/etc/daemon.json <<CONFIG
{
  "features": { "containerd-snapshotter": true },
  "bridge": "mixrel-ctd$number",
  "default-address-pools": [{ "base": "10.$number.128.0/17", "size": 24 }],
  "iptables": false,
  "ip6tables": false,
  "containerd": "/run/containerd/containerd.sock",
  "hosts": ["unix:///state/docker.sock"]
}
CONFIG

dockerd='' containerd=''
end() {
  # dockerd ends its containers, by containerd.
  [ -z "$dockerd" ] || { kill "$dockerd" && wait "$dockerd"; } || true
  [ -z "$containerd" ] || { kill "$containerd" && wait "$containerd"; } || true
  exit 0
}
trap end TERM INT

containerd --config /etc/containerd.toml &
containerd=$!
until [ -S /run/containerd/containerd.sock ]; do
  kill -0 "$containerd"
  sleep 0.1
done
dockerd --config-file /etc/daemon.json &
dockerd=$!
# Whichever ends first: the other is of no use without it. As the first process this one also reaps orphans.
wait -n "$dockerd" "$containerd" || true
end
