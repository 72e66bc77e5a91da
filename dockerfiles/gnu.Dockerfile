# What a build for glibc needs beside Erlang and Elixir, on a Debian or Ubuntu base.
# What the base has already is not installed again. mix.Dockerfile comes on top of it.
ARG BASE
FROM ${BASE}

LABEL mix-release.kind="builder"
USER root

# Names of further packages, separated by spaces.
ARG PACKAGES=""
# Debian's archive has the packages of releases that have left its mirrors.
ARG DEBIAN_ARCHIVE="http://archive.debian.org"
RUN set -eu; \
    packages="$PACKAGES"; \
    command -v git >/dev/null || packages="$packages git"; \
    command -v make >/dev/null || packages="$packages make"; \
    command -v cc >/dev/null || packages="$packages gcc libc6-dev"; \
    command -v c++ >/dev/null || packages="$packages g++"; \
    [ -s /etc/ssl/certs/ca-certificates.crt ] || packages="$packages ca-certificates"; \
    if [ -n "$packages" ]; then \
      export DEBIAN_FRONTEND=noninteractive; \
      if ! said=$(apt-get -o Acquire::Retries=3 update -qq 2>&1); then \
        echo "$said" >&2; \
        . /etc/os-release; \
        case "$ID $said" in debian*"Release file"*) ;; *) exit 100 ;; esac; \
        echo "The mirror has no packages of $VERSION_CODENAME any more: taking them from $DEBIAN_ARCHIVE"; \
        security=$VERSION_CODENAME-security; \
        [ "${VERSION_ID:-99}" -ge 11 ] || security=$VERSION_CODENAME/updates; \
        rm -rf /etc/apt/sources.list.d/* /var/lib/apt/lists/*; \
        printf 'deb %s %s main\n' "$DEBIAN_ARCHIVE/debian" "$VERSION_CODENAME" \
          "$DEBIAN_ARCHIVE/debian-security" "$security" >/etc/apt/sources.list; \
        echo 'Acquire::Check-Valid-Until "false";' >/etc/apt/apt.conf.d/99archive; \
        apt-get -o Acquire::Retries=3 update -qq; \
      fi; \
      apt-get -o Acquire::Retries=3 install -y -qq --no-install-recommends -- $packages; \
      rm -rf /var/lib/apt/lists/* /var/cache/apt/archives/*.deb; \
    fi
