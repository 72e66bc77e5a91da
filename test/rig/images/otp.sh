#!/bin/sh
# Erlang/OTP from source, the same for every C library; run by the Dockerfiles *-otp.Dockerfile.
#   otp.sh fetch SUITE NAME...       unpacks the upstream sources of Debian trixie's source packages in
#                                    /source/NAME; SUITE is the one that apt here is set up for
#   otp.sh build PREFIX OPTION...    configures /source/erlang with these options, compiles it, and puts
#                                    what a release or a NIF needs of it into /otp.tar.gz, below PREFIX
set -eu

# Those that nothing here uses, or that need what a plain system lacks. Production has them.
left_out="common_test debugger dialyzer diameter edoc erl_docgen et jinterface megaco observer odbc reltool snmp wx"

quietly() { # LOG COMMAND...: the end of the output matters when the command fails
  log=$1
  shift
  "$@" >"$log" 2>&1 || {
    tail -n 60 "$log"
    exit 1
  }
}

# download NAME  The upstream source of the newest version of a source package that the mirror really has: an index
# names a version before the mirror's pool has its files, and still names the one before.
download() {
  for version in $(apt-cache showsrc --only-source "$1" | sed -n 's/^Version: //p' | sort -Vru); do
    ! apt-get -o APT::Sandbox::User=root source --download-only --tar-only "$1=$version" || return 0
  done
  echo "the mirror has no source of $1"
  exit 1
}

fetch() { # SUITE NAME...
  # shellcheck disable=SC2016 # apt's own words
  uri=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' "Codename: $1" | head -n 1)
  echo "deb-src $uri trixie main" >/etc/apt/sources.list.d/source.list
  apt-get update
  shift
  for name in "$@"; do
    mkdir -p "/source/$name"
    cd "/source/$name"
    download "$name"
    tar -xf "$name"_*.orig.tar.* --strip-components=1
    rm "$name"_*.orig.tar.*
  done
}

build() { # PREFIX OPTION...
  prefix=$1
  shift
  cd /source/erlang
  export ERL_TOP=/source/erlang
  # shellcheck disable=SC2046,SC2086 # one option for each name
  quietly /tmp/configure.log ./configure --prefix="$prefix" --enable-builtin-zlib --disable-systemd \
    --without-javac "$@" $(printf -- '--without-%s ' $left_out)
  quietly /tmp/make.log nice make -j"$(nproc)"
  quietly /tmp/install.log make install DESTDIR=/made
  find /made -type f \( -perm /111 -o -name '*.so' \) -exec sh -c 'strip --strip-unneeded "$@" 2>/dev/null || true' sh {} +
  # Headers stay, also those among the sources.
  find /made -path '*/src/*' -type f ! -name '*.hrl' -delete
  find /made \( -path '*/lib/*/c_src' -o -path '*/lib/*/examples' -o -path '*/lib/*/emacs' \) -prune -exec rm -rf {} +
  find /made -type d -empty -delete
  tar -C /made --owner=0 --group=0 --sort=name -czf /otp.tar.gz "${prefix#/}"
}

"$@"
