#!/usr/bin/env bash
# test/rig/remote.sh start DIR | stop DIR  A second engine, as one on another machine: in a network of its own, with
# nothing in common with the first but the disk. It answers by TLS with keys on both sides, and by SSH. DIR then has:
#   tcp, ssh-address  what DOCKER_HOST is           tls/      keys for DOCKER_CERT_PATH
#   socket            its own, as seen from there   bin/ssh   the real ssh, with the key and the known host for it
set -euo pipefail

# shellcheck source-path=SCRIPTDIR source=../../script/env.sh
. "$(dirname "${BASH_SOURCE[0]}")/../../script/env.sh"
# shellcheck source-path=SCRIPTDIR source=../../script/apt.sh
. "$root/script/apt.sh"

command=${1:-} dir=${2:?a directory}
# Names of network devices are short.
name=mixrel$(printf '%s' "$dir" | cksum | cut -c 1-6)
there=10.213.77.2 here=10.213.77.1
# Only the network differs: `ip netns exec` would also hide the cgroups.
inside() { nsenter --net="/run/netns/$name" "$@"; }

stop() {
  local file pid
  for file in "$dir"/*.pid; do
    [ -f "$file" ] || continue
    pid=$(cat "$file")
    kill "$pid" 2>/dev/null || continue
    for _ in $(seq 100); do
      kill -0 "$pid" 2>/dev/null || break
      sleep 0.1
    done
  done
  if [ -d "$dir/data" ]; then
    # What the engine mounted goes with it, but for the network namespaces of its containers.
    { grep -o " $dir/[^ ]*" /proc/mounts || true; } | sort -r | while read -r mount; do umount -l "$mount" || true; done
  fi
  ip netns delete "$name" 2>/dev/null || true
  rm -rf "$dir"
}

certificate() { # NAME SUBJECT EXTENSIONS
  openssl req -new -newkey rsa:2048 -nodes -keyout "$1-key.pem" -out "$1.csr" -subj "/CN=$2" 2>/dev/null
  openssl x509 -req -in "$1.csr" -CA ca.pem -CAkey ca-key.pem -CAcreateserial -days 2 -out "$1.pem" \
    -extfile <(printf '%s\n' "$3") 2>/dev/null
}

start() {
  apt_install openssh-server openssh-client iproute2 openssl || {
    say "openssh-server, openssh-client, iproute2 and openssl are needed, and cannot be installed here"
    exit 3
  }
  mkdir -p "$dir"/{tls,data,exec,ssh,bin} /run/sshd
  ip netns add "$name"
  ip link add "${name}h" type veth peer name "${name}n" netns "$name"
  ip address add "$here/30" dev "${name}h"
  ip link set "${name}h" up
  inside ip address add "$there/30" dev "${name}n"
  inside ip link set "${name}n" up
  inside ip link set lo up

  (
    cd "$dir/tls"
    openssl req -x509 -newkey rsa:2048 -nodes -days 2 -keyout ca-key.pem -out ca.pem -subj /CN=test-ca 2>/dev/null
    certificate server remote "subjectAltName=IP:$there"
    certificate client client 'extendedKeyUsage=clientAuth'
    mv client.pem cert.pem
    mv client-key.pem key.pem
  )
  # Without a bridge: it has to reach nothing.
  inside dockerd --data-root "$dir/data" --exec-root "$dir/exec" --pidfile "$dir/dockerd.pid" --bridge none \
    --iptables=false --host "unix://$dir/socket" --host "tcp://$there:2376" --tlsverify --tlscacert "$dir/tls/ca.pem" \
    --tlscert "$dir/tls/server.pem" --tlskey "$dir/tls/server-key.pem" >"$dir/dockerd.log" 2>&1 </dev/null &

  ssh-keygen -q -t ed25519 -N '' -f "$dir/ssh/host"
  ssh-keygen -q -t ed25519 -N '' -f "$dir/ssh/key"
  cat >"$dir/ssh/sshd_config" <<CONFIG
ListenAddress $there:2222
HostKey $dir/ssh/host
AuthorizedKeysFile $dir/ssh/key.pub
StrictModes no
PidFile $dir/sshd.pid
PasswordAuthentication no
PermitRootLogin yes
SetEnv DOCKER_HOST=unix://$dir/socket
CONFIG
  inside /usr/sbin/sshd -f "$dir/ssh/sshd_config" -E "$dir/sshd.log"
  printf '[%s]:2222 %s\n' "$there" "$(cut -d ' ' -f 1,2 "$dir/ssh/host.pub")" >"$dir/ssh/known_hosts"
  cat >"$dir/bin/ssh" <<SSH
#!/bin/sh
exec $(command -v ssh) -F /dev/null -i $dir/ssh/key -o IdentitiesOnly=yes -o UserKnownHostsFile=$dir/ssh/known_hosts "\$@"
SSH
  chmod +x "$dir/bin/ssh"
  printf 'tcp://%s:2376\n' "$there" >"$dir/tcp"
  printf 'ssh://root@%s:2222\n' "$there" >"$dir/ssh-address"
  for _ in $(seq 300); do
    DOCKER_HOST=unix://$dir/socket docker version >/dev/null 2>&1 && return
    sleep 0.2
  done
  tail -n 20 "$dir/dockerd.log" >&2
  say "the second engine does not answer"
  exit 1
}

case $command in
  start)
    stop
    start
    ;;
  stop) stop ;;
  *)
    say "usage: test/rig/remote.sh start DIR | stop DIR"
    exit 2
    ;;
esac
