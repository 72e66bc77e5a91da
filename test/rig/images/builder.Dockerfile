# The stand-in for a hexpm/elixir image on Debian: the same suite, with the distribution's own Erlang
# and Elixir.
#
# It must not hold what the production image lacks (git, make, a compiler, curl, wget, unzip), or a
# build that works here would fail there. One exception: Hex and rebar3 are in it, because the site
# that `mix local.hex` and `mix local.rebar` download from is out of reach where a stand-in is needed.
# Hex lies in Elixir's lib directory, so it is on the code path of every mix, whatever MIX_HOME says;
# MIX_REBAR3 names rebar3 in the same way.
ARG BASE
FROM $BASE AS elixir
ARG SUITE
# Bullseye: its updates have lost some of Erlang's packages; those of its last point release are complete.
# erlang-dev is the headers alone. Its links in /usr/include go: in the production image a NIF finds
# erl_nif.h only where the Erlang root directory says, never on the compiler's default path.
RUN odbc=libodbc2 from= \
 && case $SUITE in bullseye) odbc=libodbc1 from="-t bullseye" ;; esac \
 && apt-get update \
 && apt-get install -y --no-install-recommends $from \
      ca-certificates netbase $odbc libsctp1 \
      elixir \
      erlang-dev \
      erlang-asn1 erlang-crypto erlang-eldap erlang-eunit erlang-ftp erlang-inets erlang-mnesia \
      erlang-os-mon erlang-parsetools erlang-public-key erlang-runtime-tools erlang-ssh erlang-ssl \
      erlang-syntax-tools erlang-tftp erlang-tools erlang-xmerl \
 && find /usr/include /usr/lib/*-linux-gnu -maxdepth 1 -lname '*/erlang/*' -delete \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/*

# Hex from trixie's source package, compiled by this image's own Elixir: bytecode of a newer OTP does
# not load in an older one. rebar3 is one escript: its package would bring 650 MB of dependencies.
# Bullseye has no rebar3, the later ones are bytecode of a newer OTP, and their sources cannot be had
# everywhere. There a program that says so takes its place, so that nothing tries to download one.
FROM elixir AS tools
LABEL io.mix-release-action.stand-in.stage=tools
ARG SUITE
WORKDIR /tools
RUN apt-get update \
 && uri=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' "Codename: $SUITE" | head -n 1) \
 && echo "deb-src $uri trixie main" > /etc/apt/sources.list.d/hex.list \
 && apt-get update \
 && apt-get -o APT::Sandbox::User=root source --download-only --tar-only erlang-hex \
 && mkdir -p hex rebar3 root/usr/local/bin root/usr/lib/elixir/lib/hex \
 && tar -xzf erlang-hex_*.orig.tar.gz -C hex --strip-components=1 \
 && (cd hex && MIX_ENV=prod mix compile) \
 && cp -R hex/_build/prod/lib/hex/ebin root/usr/lib/elixir/lib/hex/ \
 && case $SUITE in \
      bullseye) printf '%s\n' '#!/bin/sh' 'echo "This stand-in has no rebar3 for OTP 23." >&2' 'exit 1' \
           > root/usr/local/bin/rebar3 && chmod +x root/usr/local/bin/rebar3 ;; \
      *) apt-get -o APT::Sandbox::User=root download rebar3 \
         && dpkg-deb --extract rebar3_*.deb rebar3 \
         && cp rebar3/usr/bin/rebar3 root/usr/local/bin/ ;; \
    esac

FROM elixir
COPY --from=tools /tools/root/ /
ENV LANG=C.UTF-8 MIX_REBAR3=/usr/local/bin/rebar3
