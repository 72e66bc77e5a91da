# The stand-ins of musl.Dockerfile for arm64, with the same targets. Nothing is run, so that no emulator is needed:
# arm64-musl.sh has made the system (system.tar in the context). For the builder, the context has otp.tar.gz (from
# arm64-musl-otp.Dockerfile or at hand), elixir and tools besides.
FROM scratch AS runtime
ADD system.tar /
CMD ["/bin/sh"]

FROM runtime AS builder
ADD otp.tar.gz /
COPY elixir /usr/local/lib/elixir
COPY tools/usr/lib/elixir/lib/hex /usr/local/lib/elixir/lib/hex
COPY tools/usr/local/bin/rebar3 /usr/local/bin/rebar3
ENV LANG=C.UTF-8 MIX_REBAR3=/usr/local/bin/rebar3
