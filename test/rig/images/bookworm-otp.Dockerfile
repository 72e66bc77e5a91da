# Erlang/OTP for bookworm's glibc, from Debian trixie's source package, as /otp.tar.gz with everything
# below /usr/local: as production compiles it, with the JIT and with the system's OpenSSL.
FROM debian:bookworm-slim
LABEL io.mix-release-action.stand-in.stage=bookworm-otp
RUN apt-get update \
 && apt-get install -y --no-install-recommends gcc g++ libc6-dev make libncurses-dev libsctp-dev libssl-dev perl xz-utils
COPY otp.sh /
RUN sh /otp.sh fetch bookworm erlang
RUN sh /otp.sh build /usr/local --enable-jit --with-ssl
