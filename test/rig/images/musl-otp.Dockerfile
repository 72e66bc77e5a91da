# Erlang/OTP for musl, from Debian trixie's source packages, as /otp.tar.gz with everything below
# /opt/otp. A musl program runs on glibc's kernel and system too, through musl's loader, so this is no
# cross build: what the build compiles, it can run.
#
# OpenSSL is linked in statically: there is none for musl to be had here. No C++ library for musl
# either, so this Erlang has no JIT and interprets its bytecode.
FROM debian:trixie-slim
LABEL io.mix-release-action.stand-in.stage=musl-otp
RUN apt-get update \
 && apt-get install -y --no-install-recommends gcc libc6-dev linux-libc-dev make musl-tools perl xz-utils \
 && for dir in linux asm-generic; do ln -s /usr/include/$dir /usr/include/x86_64-linux-musl/; done \
 && ln -s /usr/include/x86_64-linux-gnu/asm /usr/include/x86_64-linux-musl/
COPY otp.sh /
RUN sh /otp.sh fetch trixie erlang openssl
ENV CC=musl-gcc CXX=/bin/false

WORKDIR /source/openssl
RUN ./Configure linux-x86_64 --prefix=/opt/openssl --libdir=lib no-shared no-tests no-apps no-docs \
      no-module no-dso no-engine no-afalgeng no-async no-ui-console -fPIC > /tmp/configure.log \
 && nice make -s -j"$(nproc)" && make -s install_sw

RUN sh /otp.sh build /opt/otp --build=x86_64-pc-linux-musl --host=x86_64-pc-linux-musl \
      --disable-jit --disable-dynamic-ssl-lib --with-ssl=/opt/openssl --without-termcap
