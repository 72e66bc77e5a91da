# A base image of our own, for versions that no image is published for: Erlang/OTP and Elixir on a slim system, each by
# its checksum. OTP is one that was compiled for this system, or its sources, which are compiled here.
ARG BASE
FROM ${BASE}

LABEL mix-release.kind="builder"
USER root
ENV LANG=C.UTF-8

# Whether OTP_URL has the sources.
ARG OTP_COMPILES
# Debian's archive has the packages of releases that have left its mirrors.
ARG DEBIAN_ARCHIVE="http://archive.debian.org"
RUN set -eu; \
    packages="ca-certificates curl unzip openssl libncurses6 libsctp1 libstdc++6"; \
    [ "$OTP_COMPILES" = false ] || \
      packages="$packages gcc g++ make perl libc6-dev libncurses-dev libssl-dev libsctp-dev"; \
    export DEBIAN_FRONTEND=noninteractive; \
    if ! said=$(apt-get -o Acquire::Retries=3 update -qq 2>&1); then \
      echo "$said" >&2; \
      . /etc/os-release; \
      case "$ID $said" in debian*"Release file"*) ;; *) exit 100 ;; esac; \
      echo "The mirror has no packages of $VERSION_CODENAME any more: taking them from $DEBIAN_ARCHIVE"; \
      security=$VERSION_CODENAME-security; \
      [ "${VERSION_ID:-99}" -ge 11 ] || security=$VERSION_CODENAME/updates; \
      rm -rf /etc/apt/sources.list.d/* /var/lib/apt/lists/*; \
      printf 'deb %s %s main\n' "$DEBIAN_ARCHIVE/debian" "$VERSION_CODENAME" \
        "$DEBIAN_ARCHIVE/debian-security" "$security" >/etc/apt/sources.list; \
      echo 'Acquire::Check-Valid-Until "false";' >/etc/apt/apt.conf.d/99archive; \
      apt-get -o Acquire::Retries=3 update -qq; \
    fi; \
    apt-get -o Acquire::Retries=3 install -y -qq --no-install-recommends -- $packages; \
    # The certificates of authorities.Dockerfile are among the system's by now, which it had none of before.
    if [ -e /opt/mix-release/authorities.pem ]; then \
      ln -sf /etc/ssl/certs/ca-certificates.crt /opt/mix-release/authorities.pem; \
    fi; \
    rm -rf /var/lib/apt/lists/* /var/cache/apt/archives/*.deb

ARG OTP_URL
ARG OTP_SHA256
# What Erlang needs under emulation; empty otherwise, and never part of the image.
ARG ERL_FLAGS=""
RUN set -eu; \
    curl --fail --silent --show-error --location --retry 3 --output /tmp/otp.tar.gz "$OTP_URL"; \
    echo "$OTP_SHA256  /tmp/otp.tar.gz" | sha256sum --check --quiet; \
    if [ "$OTP_COMPILES" = false ]; then \
      mkdir -p /usr/local/lib/erlang; \
      tar -xzf /tmp/otp.tar.gz -C /usr/local/lib/erlang --strip-components=1 --no-same-owner; \
      cd /usr/local/lib/erlang; \
      ./Install -minimal /usr/local/lib/erlang; \
      for program in bin/*; do \
        case $program in *.boot|*.script|*.src) ;; *) ln -sf "/usr/local/lib/erlang/$program" /usr/local/bin/ ;; esac; \
      done; \
    else \
      mkdir /tmp/otp; \
      tar -xzf /tmp/otp.tar.gz -C /tmp/otp --strip-components=1 --no-same-owner; \
      cd /tmp/otp; \
      echo "Compiling Erlang/OTP, which takes several minutes"; \
      { ./configure --with-ssl --without-javac --without-wx --without-debugger --without-observer --without-et \
          --without-odbc --without-megaco --without-jinterface && \
        make -j"$(nproc)" && make install; } >/tmp/otp.log 2>&1 || { tail -n 40 /tmp/otp.log >&2; exit 1; }; \
      find /usr/local/lib/erlang -type d \( -name src -o -name examples -o -name doc \) -prune -exec rm -rf {} +; \
    fi; \
    cd /; \
    rm -rf /tmp/otp /tmp/otp.tar.gz /tmp/otp.log

ARG ELIXIR_URL
ARG ELIXIR_SHA256
RUN set -eu; \
    curl --fail --silent --show-error --location --retry 3 --output /tmp/elixir.zip "$ELIXIR_URL"; \
    echo "$ELIXIR_SHA256  /tmp/elixir.zip" | sha256sum --check --quiet; \
    unzip -q /tmp/elixir.zip -d /usr/local/lib/elixir; \
    for program in elixir elixirc iex mix; do \
      chmod +x "/usr/local/lib/elixir/bin/$program"; \
      ln -sf "/usr/local/lib/elixir/bin/$program" /usr/local/bin/; \
    done; \
    rm /tmp/elixir.zip; \
    elixir --version
