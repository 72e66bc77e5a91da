# The stand-in for a hexpm/elixir image: the same suite, with the distribution's own Erlang and Elixir.
#
# It must not hold what the production image lacks (git, make, a compiler, curl, wget, unzip), or a
# build that works here would fail there. One exception: Hex and rebar3 are in it, because the site
# that `mix local.hex` and `mix local.rebar` download from is out of reach where a stand-in is needed.
# Hex lies in Elixir's lib directory, so it is on the code path of every mix, whatever MIX_HOME says;
# MIX_REBAR3 names rebar3 in the same way.
ARG BASE
FROM $BASE AS elixir
# erlang-dev is the headers alone. Its links in /usr/include go: in the production image a NIF finds
# erl_nif.h only where the Erlang root directory says, never on the compiler's default path.
RUN apt-get update \
 && apt-get install -y --no-install-recommends \
      ca-certificates netbase libodbc2 libsctp1 \
      elixir \
      erlang-dev \
      erlang-asn1 erlang-crypto erlang-eldap erlang-eunit erlang-ftp erlang-inets erlang-mnesia \
      erlang-os-mon erlang-parsetools erlang-public-key erlang-runtime-tools erlang-ssh erlang-ssl \
      erlang-syntax-tools erlang-tftp erlang-tools erlang-xmerl \
 && find /usr/include /usr/lib/*-linux-gnu -maxdepth 1 -lname '*/erlang/*' -delete \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/*

# Hex from trixie's source package, compiled by this image's own Elixir: bytecode of a newer OTP does
# not load in an older one. rebar3 is one escript: its package would bring 650 MB of dependencies.
FROM elixir AS tools
LABEL io.mix-release-action.stand-in.stage=tools
ARG SUITE
WORKDIR /tools
RUN apt-get update \
 && uri=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' "Codename: $SUITE" | head -n 1) \
 && echo "deb-src $uri trixie main" > /etc/apt/sources.list.d/hex.list \
 && apt-get update \
 && apt-get -o APT::Sandbox::User=root source --download-only --tar-only erlang-hex \
 && apt-get -o APT::Sandbox::User=root download rebar3 \
 && mkdir hex rebar3 \
 && tar -xzf erlang-hex_*.orig.tar.gz -C hex --strip-components=1 \
 && dpkg-deb --extract rebar3_*.deb rebar3 \
 && cd hex && MIX_ENV=prod mix compile

FROM elixir
COPY --from=tools /tools/hex/_build/prod/lib/hex/ebin /usr/lib/elixir/lib/hex/ebin
COPY --from=tools /tools/rebar3/usr/bin/rebar3 /usr/local/bin/rebar3
ENV LANG=C.UTF-8 MIX_REBAR3=/usr/local/bin/rebar3
