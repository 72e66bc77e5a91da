# The stand-in for a hexpm/elixir image on Debian bookworm with a newer Erlang than bookworm's own: an
# Erlang compiled on bookworm, in the place where the production image has it (otp.tar.gz in the context,
# from bookworm-otp.Dockerfile or at hand), and Debian trixie's Elixir (bytecode and shell scripts), Hex
# and rebar3 (elixir and tools in the context). What builder.Dockerfile says holds here, too.
FROM debian:bookworm-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates libodbc2 libsctp1 libssl3 \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/*
ADD otp.tar.gz /
COPY elixir /usr/local/lib/elixir
COPY tools/usr/lib/elixir/lib/hex /usr/local/lib/elixir/lib/hex
COPY tools/usr/local/bin/rebar3 /usr/local/bin/rebar3
RUN for name in elixir elixirc iex mix; do ln -s ../lib/elixir/bin/$name /usr/local/bin/; done
ENV LANG=C.UTF-8 MIX_REBAR3=/usr/local/bin/rebar3
