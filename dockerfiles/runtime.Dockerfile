# What a release is tried in, where it needs packages that its system's image lacks.
ARG BASE
FROM ${BASE}

LABEL mix-release.kind="runtime"
USER root

# Names of packages, separated by spaces.
ARG PACKAGES
RUN set -eu; \
    if command -v apt-get >/dev/null; then \
      export DEBIAN_FRONTEND=noninteractive; \
      apt-get -o Acquire::Retries=3 update -qq; \
      apt-get -o Acquire::Retries=3 install -y -qq --no-install-recommends -- $PACKAGES; \
      rm -rf /var/lib/apt/lists/* /var/cache/apt/archives/*.deb; \
    elif command -v apk >/dev/null; then apk add --no-cache -- $PACKAGES; \
    elif command -v microdnf >/dev/null; then microdnf install -y $PACKAGES; \
    elif command -v dnf >/dev/null; then dnf install -y --setopt=install_weak_deps=False -- $PACKAGES; \
    else echo "This image has no apt-get, apk or dnf." >&2; exit 1; fi
