# What a release is tried in, where it needs packages that its system's image lacks.
ARG BASE
FROM ${BASE}

LABEL mix-release.kind="runtime"
USER root

# Authorities of a company, where there are any, which the package managers trust, and which do not stay.
COPY Dockerfile authorities.pem* /mix-release/

# Names of packages, separated by spaces.
ARG PACKAGES
# Debian's archive has the packages of releases that have left its mirrors.
ARG DEBIAN_ARCHIVE="http://archive.debian.org"
RUN set -eu; \
    if [ -s /mix-release/authorities.pem ]; then \
      cat /etc/ssl/certs/ca-certificates.crt /mix-release/authorities.pem >/mix-release/all.pem 2>/dev/null || :; \
      export SSL_CERT_FILE=/mix-release/all.pem; \
      [ ! -d /etc/apt/apt.conf.d ] || \
        echo 'Acquire::https::CAInfo "/mix-release/all.pem";' >/etc/apt/apt.conf.d/90mix-release; \
    fi; \
    if command -v apt-get >/dev/null; then \
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
      apt-get -o Acquire::Retries=3 install -y -qq --no-install-recommends -- $PACKAGES; \
      rm -rf /var/lib/apt/lists/* /var/cache/apt/archives/*.deb; \
    elif command -v apk >/dev/null; then apk add --no-cache -- $PACKAGES; \
    elif command -v microdnf >/dev/null; then microdnf install -y $PACKAGES; \
    elif command -v dnf >/dev/null; then dnf install -y --setopt=install_weak_deps=False -- $PACKAGES; \
    else echo "This image has no apt-get, apk or dnf." >&2; exit 1; fi
RUN rm -rf /mix-release /etc/apt/apt.conf.d/90mix-release
