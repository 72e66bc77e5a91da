# shellcheck shell=bash
# Sourced: installing what is missing from the distribution, where that can be done at all.

installed() {
  [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

can_install() {
  [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null && command -v dpkg-query >/dev/null
}

# apt_install NAME...  Installs those that are not there; 1 where this cannot be done.
apt_install() {
  local missing=() name log
  for name in "$@"; do
    installed "$name" || missing+=("$name")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  can_install || return 1

  say "installing ${missing[*]}"
  log=$(mktemp)
  # A package source that has nothing to do with us may be out of reach: what counts is the install.
  apt_get update >"$log" 2>&1 || true
  if ! apt_get install -y --no-install-recommends "${missing[@]}" >>"$log" 2>&1; then
    tail -n 30 "$log" >&2
    rm -f "$log"
    return 1
  fi
  rm -f "$log"
}

apt_get() {
  DEBIAN_FRONTEND=noninteractive apt-get -o Acquire::http::Timeout=20 -o Acquire::https::Timeout=20 \
    -o DPkg::Lock::Timeout=120 "$@" </dev/null
}
