# What a build for glibc needs beside Erlang and Elixir, on a Debian or Ubuntu base.
# What the base has already is not installed again. mix.Dockerfile comes on top of it.
ARG BASE
FROM ${BASE}

LABEL mix-release.kind="builder"
USER root

# Names of further packages, separated by spaces.
ARG PACKAGES=""
RUN set -eu; \
    packages="$PACKAGES"; \
    command -v git >/dev/null || packages="$packages git"; \
    command -v make >/dev/null || packages="$packages make"; \
    command -v cc >/dev/null || packages="$packages gcc libc6-dev"; \
    command -v c++ >/dev/null || packages="$packages g++"; \
    [ -s /etc/ssl/certs/ca-certificates.crt ] || packages="$packages ca-certificates"; \
    if [ -n "$packages" ]; then \
      export DEBIAN_FRONTEND=noninteractive; \
      apt-get -o Acquire::Retries=3 update -qq; \
      apt-get -o Acquire::Retries=3 install -y -qq --no-install-recommends -- $packages; \
      rm -rf /var/lib/apt/lists/* /var/cache/apt/archives/*.deb; \
    fi
