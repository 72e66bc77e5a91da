# What a build for musl needs beside Erlang and Elixir, on an Alpine base.
# What the base has already is not installed again. mix.Dockerfile comes on top of it.
ARG BASE
FROM ${BASE}

LABEL mix-release.kind="builder"
USER root

# Names of further packages, separated by spaces.
ARG PACKAGES=""
# C++ is a matter of some NIFs only: a base without apk that lacks it still builds the others.
RUN set -eu; \
    packages="$PACKAGES"; \
    command -v git >/dev/null || packages="$packages git"; \
    command -v make >/dev/null || packages="$packages make"; \
    command -v cc >/dev/null || packages="$packages gcc musl-dev"; \
    command -v c++ >/dev/null || ! command -v apk >/dev/null || packages="$packages g++"; \
    [ -s /etc/ssl/certs/ca-certificates.crt ] || packages="$packages ca-certificates"; \
    if [ -n "$packages" ]; then apk add --no-cache -- $packages; fi
