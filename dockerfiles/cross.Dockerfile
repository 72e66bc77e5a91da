# Compilers for a target on another machine, and that target's Erlang as files, on top of the builder image that
# compiles the bytecode. Nothing of the target's is run here.
ARG BASE
FROM ${BASE}

LABEL mix-release.kind="builder"
USER root

# Debian's compilers for the other architecture ("gcc"), with whose packages their C library and all others come; or zig
# where there are none, which brings C libraries of its own.
ARG COMPILER
# The target triple, and its architecture and prefix in Debian's words: arm64, aarch64-linux-gnu.
ARG TRIPLE
ARG ARCHITECTURE
ARG PREFIX
# Names of packages whose headers and libraries the target needs, separated by spaces.
ARG PACKAGES=""
# Debian's archive has the packages of releases that have left its mirrors, and Ubuntu has each architecture on one of two.
ARG DEBIAN_ARCHIVE="http://archive.debian.org"
ARG UBUNTU_ARCHIVE="http://archive.ubuntu.com/ubuntu"
ARG UBUNTU_PORTS="http://ports.ubuntu.com/ubuntu-ports"

COPY packages.sh /opt/mix-release/cross/
RUN sh /opt/mix-release/cross/packages.sh

# The index that zig is fetched from, where that is not the usual one; never part of the image.
ARG PIP_INDEX_URL
ARG ZIG_FILE
ARG ZIG_SHA256
COPY zig.ex /opt/mix-release/cross/
RUN set -eu; \
    [ "$COMPILER" = zig ] || exit 0; \
    HOME=/tmp elixir /opt/mix-release/cross/zig.ex /opt/mix-release "$ZIG_FILE" "$ZIG_SHA256"; \
    chmod -R a+rX /opt/mix-release/ziglang; \
    chmod +x /opt/mix-release/ziglang/zig

# What build tools are pointed at, below a directory with the name of the triple.
COPY tools/ /opt/mix-release/cross/
COPY finish.sh /opt/mix-release/cross/
RUN sh /opt/mix-release/cross/finish.sh

# The Erlang root of the target's image has the name there that it has in that image.
ARG ROOT
COPY ${ROOT}/ /opt/mix-release/runtime/${TRIPLE}/
RUN for directory in /opt/mix-release/runtime/"$TRIPLE"/lib/erl_interface-*; do \
      [ ! -d "$directory" ] || ln -s "$directory" /opt/mix-release/cross/"$TRIPLE"/erl_interface; \
    done

USER builder
