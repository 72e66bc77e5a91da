# Two stand-ins for Alpine, where no package of Alpine's can be had.
#   --target runtime   for alpine:3.22: busybox and musl's loader, nothing else
#   --target builder   for hexpm/elixir on Alpine: Debian trixie, with an Erlang for musl (otp.tar.gz
#                      in the context, from musl-otp.Dockerfile or at hand), Debian's Elixir (bytecode
#                      and shell scripts; elixir and tools in the context) and musl's C compiler under
#                      the names cc and gcc
# The builder must have git, make and cc already, which production installs by apk: there is no apk here.
FROM debian:trixie-slim AS parts
LABEL io.mix-release-action.stand-in.stage=musl
RUN apt-get update \
 && apt-get install -y --no-install-recommends busybox-static musl
RUN mkdir -p /bare/bin /bare/sbin /bare/usr/bin /bare/usr/sbin /bare/lib /bare/usr/lib /bare/etc /bare/dev \
      /bare/proc /bare/sys /bare/run /bare/var /bare/root /bare/home /bare/opt \
 && mkdir -m 1777 /bare/tmp /bare/var/tmp \
 && cp "$(command -v busybox)" /bare/bin/busybox \
 && cp -L /lib/ld-musl-x86_64.so.1 /bare/lib/ \
 && ln -s ld-musl-x86_64.so.1 /bare/lib/libc.musl-x86_64.so.1 \
 && ln -s /lib/ld-musl-x86_64.so.1 /bare/usr/bin/ldd \
 && for applet in $(busybox --list); do \
      case $applet in \
        ash|base64|cat|chgrp|chmod|chown|cp|date|dd|df|echo|egrep|false|fgrep|grep|gunzip|gzip|hostname|kill|ln|ls|mkdir|mknod|mktemp|more|mount|mv|pidof|ps|pwd|rm|rmdir|sed|sh|sleep|stat|stty|su|sync|tar|touch|true|umount|uname|usleep|zcat) dir=bin ;; \
        ldd|busybox) continue ;; \
        *) dir=usr/bin ;; \
      esac; \
      ln -s /bin/busybox "/bare/$dir/$applet"; \
    done \
 && printf '%s\n' root:x:0:0:root:/root:/bin/sh nobody:x:65534:65534:nobody:/:/sbin/nologin > /bare/etc/passwd \
 && printf '%s\n' root:x:0: nobody:x:65534: > /bare/etc/group \
 && printf '%s\n' 'NAME="Alpine Linux"' ID=alpine VERSION_ID=3.22.1 \
      'PRETTY_NAME="Stand-in for Alpine Linux v3.22 (made of Debian trixie packages)"' > /bare/etc/os-release

FROM scratch AS runtime
COPY --from=parts /bare/ /
CMD ["/bin/sh"]

FROM debian:trixie-slim AS builder
# netbase: Alpine has /etc/services in its base. There is no C library for glibc to compile against.
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates netbase git make gcc musl-tools \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/*
ADD otp.tar.gz /
COPY elixir /usr/local/lib/elixir
COPY tools/usr/lib/elixir/lib/hex /usr/local/lib/elixir/lib/hex
COPY tools/usr/local/bin/rebar3 /usr/local/bin/rebar3
COPY --from=parts /bare/etc/os-release /etc/os-release
RUN for path in /opt/otp/bin/*; do ln -s "$path" /usr/local/bin/; done \
 && for name in elixir elixirc iex mix; do ln -s ../lib/elixir/bin/$name /usr/local/bin/; done \
 && ln -s ld-musl-x86_64.so.1 /lib/libc.musl-x86_64.so.1 \
 && ln -s /lib/ld-musl-x86_64.so.1 /usr/local/bin/ldd \
 && printf '%s\n' '#!/bin/sh' 'REALGCC=/usr/bin/gcc exec /usr/bin/musl-gcc "$@"' > /usr/local/bin/cc \
 && printf '%s\n' '#!/bin/sh' 'echo "This stand-in has no C++ for musl." >&2' 'exit 1' > /usr/local/bin/c++ \
 && chmod +x /usr/local/bin/cc /usr/local/bin/c++ \
 && ln -s cc /usr/local/bin/gcc && ln -s c++ /usr/local/bin/g++
ENV LANG=C.UTF-8 MIX_REBAR3=/usr/local/bin/rebar3
