# A builder for releases that run on musl: a base image with Erlang and Elixir, plus what a build needs.
# What the base has already is not installed again.
ARG BASE
FROM ${BASE}

LABEL mix-release.kind="builder"
USER root
ENV MIX_HOME=/opt/mix-release/mix

# C++ is a matter of some NIFs only: a base without apk that lacks it still builds the others.
RUN set -eu; \
    packages=""; \
    command -v git >/dev/null || packages="$packages git"; \
    command -v make >/dev/null || packages="$packages make"; \
    command -v cc >/dev/null || packages="$packages gcc musl-dev"; \
    command -v c++ >/dev/null || ! command -v apk >/dev/null || packages="$packages g++"; \
    [ -s /etc/ssl/certs/ca-certificates.crt ] || packages="$packages ca-certificates"; \
    if [ -n "$packages" ]; then apk add --no-cache $packages; fi

# The image's Mix is asked before anything is fetched, and a rebar3 that is there already is the one to use.
RUN set -eu; \
    mix local.hex --force --if-missing; \
    if command -v rebar3 >/dev/null; then \
      mix local.rebar rebar3 "$(command -v rebar3)" --force; \
    else \
      mix local.rebar --force --if-missing; \
    fi

# Mix tasks of ours, compiled once; builds load them with `elixir -pa`.
COPY tasks.ex /opt/mix-release/tasks.ex
RUN mkdir -p /opt/mix-release/ebin && cd / && elixirc -o /opt/mix-release/ebin /opt/mix-release/tasks.ex

# The numbers are fixed because files arrive in a tar stream that names their owner by number. The files are written
# here, because the programs that add users differ.
RUN set -eu; \
    echo 'builder:x:10001:' >>/etc/group; \
    echo 'builder:x:10001:10001:builder:/build/home:/bin/sh' >>/etc/passwd; \
    mkdir -p /build/home /build/src /build/state; \
    chown -R 10001:10001 /build "$MIX_HOME"

WORKDIR /build/src
USER builder
