# cargo for the musl builder of the rig. Alpine's package `cargo` brings a Rust for musl; here is Debian's, whose standard
# library is for glibc. So the one for musl is compiled from Debian's rust-src, and put where rustc looks for it.
ARG BASE
FROM ${BASE}
RUN apt-get update -qq \
 && apt-get install -y -qq --no-install-recommends cargo rust-src \
 && rm -rf /var/lib/apt/lists/*
# `cc` is musl's; what cargo runs itself while it builds is for Debian.
ENV CARGO_BUILD_TARGET=x86_64-unknown-linux-musl CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_LINKER=/usr/bin/gcc
COPY ca.pem /tmp/ca.pem
RUN mkdir -p /tmp/std/src && cd /tmp/std && touch src/lib.rs \
 && printf '[package]\nname = "empty"\nversion = "0.1.0"\n' > Cargo.toml \
 && HOME=/tmp/std CARGO_HTTP_CAINFO=/tmp/ca.pem RUSTC_BOOTSTRAP=1 RUSTFLAGS='-C target-feature=-crt-static' \
      cargo build --quiet --release -Zbuild-std=std,panic_unwind,panic_abort \
 && lib=$(rustc --print sysroot)/lib/rustlib/$CARGO_BUILD_TARGET/lib && mkdir -p "$lib" \
 && cp target/$CARGO_BUILD_TARGET/release/deps/*.rlib "$lib/" && rm "$lib"/libempty-*.rlib \
 && rm -rf /tmp/std /tmp/ca.pem
# The unwinder, statically: Debian's libgcc_s is for glibc. Of glibc it wants one function, which finds nothing here, so
# that a panic ends the node. Alpine has a libgcc_s of its own.
RUN cd /usr/lib/x86_64-linux-musl \
 && echo 'int _dl_find_object(void *address, void *result) { (void)address; (void)result; return -1; }' > find.c \
 && cc -O2 -fPIC -c find.c && ar rcs libfind.a find.o && rm find.c find.o \
 && echo 'GROUP(-lgcc_eh -lgcc -lfind)' > libgcc_s.so
