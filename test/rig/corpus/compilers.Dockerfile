# The files of machine code that the corpus of the audit puts into releases, right ones and wrong ones: made by the
# compilers of Debian trixie for many machines and formats, into /objects.
FROM debian:trixie-slim AS compilers
# gcc for the machines that releases are built for and those that one meets beside them; clang and lld for the rest,
# and for the formats of macOS and WebAssembly; mingw for that of Windows.
RUN apt-get update \
 && apt-get install -y --no-install-recommends \
      make gcc g++ libc6-dev musl-tools erlang-dev libsodium-dev libssl-dev patchelf unzip \
      g++-aarch64-linux-gnu gcc-arm-linux-gnueabihf gcc-i686-linux-gnu gcc-s390x-linux-gnu \
      libc6-dev-arm64-cross libc6-dev-armhf-cross libc6-dev-i386-cross libc6-dev-s390x-cross \
      clang lld llvm gcc-mingw-w64-x86-64 gcc-mingw-w64-i686 \
 && rm -rf /var/cache/apt/archives/*.deb
# Only unpacked: musl for the other machine, and bytecode of Java's, which begins as programs of macOS do.
RUN dpkg --add-architecture arm64 \
 && apt-get update \
 && cd /tmp \
 && apt-get -o APT::Sandbox::User=root download musl:arm64 musl-dev:arm64 erlang-jinterface \
 && for package in *.deb; do dpkg-deb --extract "$package" /opt/extra; done \
 && rm *.deb

FROM compilers
COPY sources /sources
RUN make --directory=/sources --jobs=4 --keep-going
# For the comparison of our reader with readelf: libraries of Debian's for machines of 32 bits and of the other byte
# order, beside those of the compilers.
RUN for machine in arm-linux-gnueabihf i686-linux-gnu s390x-linux-gnu aarch64-linux-gnu; do \
      mkdir -p "/objects/debian/$machine" && cp /usr/$machine/lib/*.so* "/objects/debian/$machine/" || exit 1; \
    done
