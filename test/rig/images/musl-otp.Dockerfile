# Erlang/OTP for musl, from Debian trixie's source packages, as /otp.tar.gz with everything below
# /opt/otp. It takes about ten minutes with two cores. A musl program runs on glibc's kernel and system
# too, through musl's loader, so this is no cross build: what the build compiles, it can run.
#
# OpenSSL is linked in statically: there is none for musl to be had here. No C++ library for musl
# either, so this Erlang has no JIT and interprets its bytecode.
FROM debian:trixie-slim
LABEL io.mix-release-action.stand-in.stage=musl-otp
RUN apt-get update \
 && uri=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Codename: trixie' | head -n 1) \
 && echo "deb-src $uri trixie main" > /etc/apt/sources.list.d/source.list \
 && apt-get update \
 && apt-get install -y --no-install-recommends gcc libc6-dev linux-libc-dev make musl-tools perl xz-utils \
 && mkdir /source /source/openssl /source/erlang && cd /source \
 && apt-get -o APT::Sandbox::User=root source --download-only --tar-only erlang \
 && apt-get -o APT::Sandbox::User=root source --download-only --tar-only openssl \
 && tar -xf erlang_*.orig.tar.* -C erlang --strip-components=1 \
 && tar -xf openssl_*.orig.tar.gz -C openssl --strip-components=1 \
 && rm -f *.tar.* \
 && for dir in linux asm-generic; do ln -s /usr/include/$dir /usr/include/x86_64-linux-musl/; done \
 && ln -s /usr/include/x86_64-linux-gnu/asm /usr/include/x86_64-linux-musl/
ENV CC=musl-gcc

WORKDIR /source/openssl
RUN ./Configure linux-x86_64 --prefix=/opt/openssl --libdir=lib no-shared no-tests no-apps no-docs \
      no-module no-dso no-engine no-afalgeng no-async no-ui-console -fPIC > /tmp/configure.log \
 && nice make -s -j"$(nproc)" && make -s install_sw

WORKDIR /source/erlang
ENV ERL_TOP=/source/erlang CXX=/bin/false
RUN ./configure --prefix=/opt/otp --build=x86_64-pc-linux-musl --host=x86_64-pc-linux-musl \
      --disable-jit --disable-dynamic-ssl-lib --with-ssl=/opt/openssl --enable-builtin-zlib \
      --disable-systemd --without-termcap --without-javac \
      $(printf -- '--without-%s ' common_test debugger dialyzer diameter edoc erl_docgen et jinterface \
          megaco observer odbc reltool snmp wx) > /tmp/configure.log \
 || { tail -n 40 /tmp/configure.log; exit 1; }
RUN nice make -j"$(nproc)" > /tmp/make.log 2>&1 || { tail -n 60 /tmp/make.log; exit 1; }
RUN make install DESTDIR=/made > /tmp/make.log 2>&1 \
 && find /made -type f -perm /111 -exec sh -c 'strip --strip-unneeded "$@" 2>/dev/null || true' sh {} + \
 && find /made -name '*.so' -exec strip --strip-unneeded {} + \
 && find /made -name "*.erl" -delete \
 && tar -C /made --owner=0 --group=0 --sort=name -czf /otp.tar.gz opt
