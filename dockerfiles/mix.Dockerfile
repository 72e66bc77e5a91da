# The last layers of every builder: Hex, rebar3, Mix tasks of ours and a plain user, on top of an image with Erlang,
# Elixir and the tools of a build.
ARG BASE
FROM ${BASE}

LABEL mix-release.kind="builder"
USER root
ENV MIX_HOME=/opt/mix-release/mix

# What Erlang needs under emulation; empty otherwise, and never part of the image.
ARG ERL_FLAGS=""

# Where Mix fetches them from, where that is not the usual place; never part of the image.
ARG HEX_MIRROR
ARG HEX_BUILDS_URL

# The image's Mix is asked before anything is fetched, and a rebar3 that is there already is the one to use.
RUN set -eu; \
    mix local.hex --force --if-missing; \
    if command -v rebar3 >/dev/null; then \
      mix local.rebar rebar3 "$(command -v rebar3)" --force; \
    else \
      mix local.rebar --force --if-missing; \
    fi

# Mix tasks of ours, compiled once; builds load them with `elixir -pa`.
COPY *.ex /opt/mix-release/tasks/
RUN mkdir -p /opt/mix-release/ebin && cd / && elixirc -o /opt/mix-release/ebin /opt/mix-release/tasks/*.ex

# The numbers are fixed because files arrive in a tar stream that names their owner by number. The files are written
# here, because the programs that add users differ.
RUN set -eu; \
    echo 'builder:x:10001:' >>/etc/group; \
    echo 'builder:x:10001:10001:builder:/build/home:/bin/sh' >>/etc/passwd; \
    mkdir -p /build/home /build/src /build/state /build/record; \
    chown -R 10001:10001 /build/home /build/src /build/state "$MIX_HOME"; \
    chmod 1777 /build

WORKDIR /build/src
USER builder
