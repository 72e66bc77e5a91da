# Installs the compilers and packages of another architecture. A line that begins with "cannot-cross:" is read by our
# program: nothing but the packages that were named is at fault.
set -eu

cannot() {
  echo "cannot-cross: $*" >&2
  exit 1
}

update_apt() {
  export DEBIAN_FRONTEND=noninteractive
  . /etc/os-release
  if [ "$ID" = ubuntu ] && [ -n "$PACKAGES$RUST" ]; then
    # No mirror of Ubuntu has both architectures.
    native=$(dpkg --print-architecture)
    for file in /etc/apt/sources.list.d/*.sources; do
      [ ! -f "$file" ] || sed -i "/^Architectures:/d; s/^Types:.*/&\nArchitectures: $native/" "$file"
    done
    for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
      [ ! -f "$file" ] || sed -i "s/^deb  *\([^[ ]\)/deb [arch=$native] \1/" "$file"
    done
    case $ARCHITECTURE in amd64) mirror=$UBUNTU_ARCHIVE ;; *) mirror=$UBUNTU_PORTS ;; esac
    for suite in "$VERSION_CODENAME" "$VERSION_CODENAME-updates" "$VERSION_CODENAME-security"; do
      echo "deb [arch=$ARCHITECTURE] $mirror $suite main universe"
    done >/etc/apt/sources.list.d/mix-release-cross.list
  fi
  [ -z "$PACKAGES$RUST" ] || dpkg --add-architecture "$ARCHITECTURE"
  if ! said=$(apt-get -o Acquire::Retries=3 update -qq 2>&1); then
    echo "$said" >&2
    case "$ID $said" in debian*"Release file"*) ;; *) exit 100 ;; esac
    echo "The mirror has no packages of $VERSION_CODENAME any more: taking them from $DEBIAN_ARCHIVE"
    security=$VERSION_CODENAME-security
    [ "${VERSION_ID:-99}" -ge 11 ] || security=$VERSION_CODENAME/updates
    rm -rf /etc/apt/sources.list.d/* /var/lib/apt/lists/*
    printf 'deb %s %s main\n' "$DEBIAN_ARCHIVE/debian" "$VERSION_CODENAME" \
      "$DEBIAN_ARCHIVE/debian-security" "$security" >/etc/apt/sources.list
    echo 'Acquire::Check-Valid-Until "false";' >/etc/apt/apt.conf.d/99archive
    apt-get -o Acquire::Retries=3 update -qq
  fi
}

install() { apt-get -o Acquire::Retries=3 install -y -qq --no-install-recommends "$@"; }

# The name of a package for the target, as apt-get wants it; nothing for one that is a tool, and runs here.
for_target() { # PACKAGE, perhaps with =VERSION or /RELEASE
  name=${1%%[=/]*}
  rest=${1#"$name"}
  case $name in
    *:*)
      echo "$1"
      return
      ;;
  esac
  facts=$(apt-cache show --no-all-versions "$name" 2>/dev/null) || facts=
  case $facts in
    *'Architecture: all'* | *'Multi-Arch: foreign'*) return ;;
    *'Multi-Arch: same'*)
      # These ask for libraries of the target by its variables.
      case $name in pkg-config | pkgconf | pkgconf-bin) ;; *) echo "$name:$ARCHITECTURE$rest" ;; esac
      return
      ;;
  esac
  # Without a word on architectures: a library has to be the target's, a program is one that the build runs.
  case $name in lib* | *-dev) echo "$name:$ARCHITECTURE$rest" ;; esac
}

install_packages() {
  for package in $PACKAGES; do
    wanted=$(for_target "$package")
    if [ -z "$wanted" ]; then
      install -- "$package" || cannot "package $package cannot be installed"
    else
      install --no-remove -- "$wanted" ||
        cannot "package $package cannot be installed for $ARCHITECTURE beside $(dpkg --print-architecture)"
    fi
  done
}

# Rust's standard library for the target, where the builder has Rust.
RUST=
if command -v rustup >/dev/null; then
  rustup target add "$TRIPLE"
elif [ "$COMPILER" = gcc ] && dpkg -S "$(readlink -f "$(command -v rustc)")" >/dev/null 2>&1; then
  RUST=libstd-rust-dev
fi

if [ "$COMPILER" = gcc ]; then
  update_apt
  dashed=$(echo "$PREFIX" | tr _ -)
  install -- "gcc-$dashed" "g++-$dashed" "libc6-dev-$ARCHITECTURE-cross"
  [ -z "$RUST" ] || install -- "$RUST:$ARCHITECTURE"
  install_packages
elif command -v apk >/dev/null; then
  [ -z "$PACKAGES" ] ||
    apk add --root /opt/mix-release/cross/sysroot --initdb --arch "${TRIPLE%%-*}" --no-scripts --no-cache \
      --keys-dir /etc/apk/keys --repositories-file /etc/apk/repositories -- $PACKAGES ||
    cannot "packages $PACKAGES cannot be installed for ${TRIPLE%%-*}"
else
  # Packages of this builder are for another C library, and the target's are not to be had without apk.
  [ -z "$PACKAGES" ] || cannot "packages $PACKAGES cannot be installed for $TRIPLE in a builder image without apk"
  if command -v apt-get >/dev/null; then
    update_apt
    # zig has no program that strips.
    install -- "binutils-$(echo "${PREFIX%-*}-gnu" | tr _ -)"
  fi
fi
rm -rf /var/lib/apt/lists/* /var/cache/apt/archives/*.deb
