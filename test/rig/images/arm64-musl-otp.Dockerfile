# Erlang/OTP for musl on arm64, cross-compiled on x86_64 from Debian trixie's source packages, as /otp.tar.gz with
# everything below /opt/otp: the twin of the one for x86_64, with the same applications, files and OpenSSL linked in.
# Nothing that is made here is run here. It has the JIT, by the C++ library of zig. The context holds
#   otp.sh                 for its "fetch"
#   native.tar.gz          the same Erlang for musl on x86_64: a cross build needs one that runs
#   zig.whl                zig for x86_64, as zig.txt says
#   musl-c++, getauxval.c  the C++ compiler
FROM debian:trixie-slim
LABEL io.mix-release-action.stand-in.stage=arm64-musl-otp
# musl-dev of the other architecture brings aarch64-linux-musl-gcc, with its spec file, and no headers of the kernel.
RUN dpkg --add-architecture arm64 \
 && apt-get update \
 && apt-get install -y --no-install-recommends gcc libc6-dev make musl perl unzip xz-utils \
      gcc-aarch64-linux-gnu libc6-dev-arm64-cross linux-libc-dev-arm64-cross musl-dev:arm64 \
 && for dir in linux asm-generic asm; do \
      ln -s /usr/aarch64-linux-gnu/include/$dir /usr/include/aarch64-linux-musl/; \
    done
COPY otp.sh /
RUN sh /otp.sh fetch trixie erlang openssl

# Without the option, atomics call libgcc's lse-init.o, which needs glibc's __getauxval: a program does not link, and a
# shared library links but does not load.
RUN printf '%s\n' '#!/bin/sh' 'exec aarch64-linux-musl-gcc -mno-outline-atomics "$@"' > /usr/local/bin/musl-cc \
 && chmod +x /usr/local/bin/musl-cc
ENV CC=musl-cc AR=aarch64-linux-gnu-ar RANLIB=aarch64-linux-gnu-ranlib STRIP=aarch64-linux-gnu-strip

# One compiled program makes zig build its static C++ library, which musl-cc then links.
COPY zig.whl musl-c++ getauxval.c /opt/zig/
ENV ZIG_GLOBAL_CACHE_DIR=/opt/zig/cache
RUN cd /opt/zig \
 && unzip -q zig.whl && chmod +x ziglang/zig && mv musl-c++ /usr/local/bin/ && chmod +x /usr/local/bin/musl-c++ \
 && printf '%s\n' '#include <string>' '#include <stdexcept>' 'int main() {' \
      'try { throw std::runtime_error(std::string("x")); } catch (std::exception &) { return 0; } }' > one.cc \
 && nice ziglang/zig c++ -target aarch64-linux-musl -fno-lto -fPIC one.cc -o one > /tmp/zig.log 2>&1 \
 && mkdir lib && for name in libc++ libc++abi libunwind; do cp cache/o/*/$name.a lib/; done \
 && musl-cc -O2 -fPIC -c getauxval.c -o lib/getauxval.o \
 && musl-c++ one.cc -o one && rm one zig.whl

WORKDIR /source/openssl
RUN ./Configure linux-aarch64 --prefix=/opt/openssl --libdir=lib no-shared no-tests no-apps no-docs \
      no-module no-dso no-engine no-afalgeng no-async no-ui-console -fPIC > /tmp/configure.log \
 && nice make -s -j"$(nproc)" > /tmp/make.log && make -s install_sw

# The native Erlang compiles the .erl files. Where it was made of patched sources, and carries them, so is this one:
# then the bytecode is the same.
ADD native.tar.gz /
ENV PATH=/opt/otp/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
RUN cd /opt/otp/lib/erlang/lib \
 && for file in $(find . -type f \( -name '*.[ehy]rl' -o -name '*.[ch]' \) | sed 's,^\./,,'); do \
      application=${file%%/*} && source=/source/erlang/lib/${application%-*}/${file#*/} \
      && if [ -f "$source" ] && ! cmp -s "$file" "$source"; then cp "$file" "$source"; fi; \
    done

# configure answers with these what it could only learn by running a program. The empty root is there because without
# one it leaves out crypto.
WORKDIR /source/erlang
ENV ERL_TOP=/source/erlang CXX=musl-c++ CFLAGS="-O2 -fPIC" CXXFLAGS="-O2 -fPIC" \
    LD=musl-cc DED_LD=musl-cc DED_LDFLAGS="-shared -Wl,-Bsymbolic" erl_xcomp_sysroot=/sysroot \
    erl_xcomp_bigendian=no erl_xcomp_double_middle_endian=no \
    erl_xcomp_poll=yes erl_xcomp_kqueue=no erl_xcomp_getaddrinfo=yes erl_xcomp_posix_memalign=yes \
    erl_xcomp_linux_nptl=yes erl_xcomp_linux_usable_sigusrx=yes erl_xcomp_linux_usable_sigaltstack=yes \
    erl_xcomp_linux_clock_gettime_correction=yes erl_xcomp_clock_gettime_cpu_time=yes \
    erl_xcomp_gethrvtime_procfs_ioctl=no erl_xcomp_putenv_copy=no erl_xcomp_reliable_fpe=no \
    erl_xcomp_after_morecore_hook=no erl_xcomp_dlsym_brk_wrappers=no erl_xcomp_code_model_small=no
# Left out is what the native one lacks.
RUN mkdir /sysroot \
 && ./configure --prefix=/opt/otp --build=x86_64-pc-linux-gnu --host=aarch64-unknown-linux-musl --enable-jit \
      --enable-builtin-zlib --disable-systemd --without-javac --without-termcap \
      --disable-dynamic-ssl-lib --with-ssl=/opt/openssl \
      $(cd lib && for name in */; do \
          ls -d /opt/otp/lib/erlang/lib/${name%/}-[0-9]* > /dev/null 2>&1 || echo --without-${name%/}; \
        done) > /tmp/configure.log 2>&1 \
 || { tail -n 60 /tmp/configure.log; exit 1; }
RUN nice make -j"$(nproc)" > /tmp/make.log 2>&1 || { tail -n 60 /tmp/make.log; exit 1; }
RUN make install DESTDIR=/made > /tmp/install.log 2>&1 || { tail -n 60 /tmp/install.log; exit 1; }
RUN cd /made \
 && find . ! -type d -exec sh -c 'for file; do [ -e "/$file" ] || [ -L "/$file" ] || rm "$file"; done' sh {} + \
 && find . -type d -empty -delete \
 && find . -type f \( -perm /111 -o -name '*.so' \) -exec sh -c \
      'for file; do ! head -c 4 "$file" | grep -q ELF || "$STRIP" --strip-unneeded "$file" || exit; done' sh {} + \
 && tar --owner=0 --group=0 --sort=name -czf /otp.tar.gz opt
