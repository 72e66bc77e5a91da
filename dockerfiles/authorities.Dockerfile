# Makes an image trust the certificates of a company's own authority, whoever fetches in it: on the base image, so that
# the tools can be installed, and again on what came of that, because it may have brought the system's own authorities.
ARG BASE
FROM ${BASE}

LABEL mix-release.kind="builder"
USER root

COPY authorities/ /usr/local/share/ca-certificates/

# "yes" where nothing comes on top that could bring the system's own authorities.
ARG LAST=""

# The system's store is what Erlang, wget and others read. The programs of the system add to it; without one of them, the
# file itself is added to. authorities.pem has all authorities, the system's and these, for those that take a path.
RUN set -eu; \
    cd /usr/local/share/ca-certificates; \
    if command -v update-ca-certificates >/dev/null; then \
      update-ca-certificates >/dev/null; \
    elif command -v update-ca-trust >/dev/null; then \
      cp mix-release-*.crt /etc/pki/ca-trust/source/anchors/; \
      update-ca-trust; \
    fi; \
    store=""; \
    for file in /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt /etc/ssl/ca-bundle.pem /etc/ssl/cert.pem; do \
      if [ -z "$store" ] && [ -s "$file" ]; then store=$file; fi; \
    done; \
    if [ -z "$store" ] && [ -n "$LAST" ]; then \
      store=/etc/ssl/certs/ca-certificates.crt; \
      mkdir -p /etc/ssl/certs; \
      : >"$store"; \
    fi; \
    for file in mix-release-*.crt; do \
      if [ -n "$store" ] && ! grep -qF -e "$(tail -n 3 "$file" | head -n 1)" "$store"; then cat "$file" >>"$store"; fi; \
    done; \
    mkdir -p /opt/mix-release; \
    if [ -n "$store" ]; then \
      ln -sf "$store" /opt/mix-release/authorities.pem; \
    else \
      cat mix-release-*.crt >/opt/mix-release/authorities.pem; \
    fi; \
    if [ -d /etc/apt/apt.conf.d ]; then \
      echo 'Acquire::https::CAInfo "/opt/mix-release/authorities.pem";' >/etc/apt/apt.conf.d/90mix-release; \
    fi

ENV SSL_CERT_FILE=/opt/mix-release/authorities.pem \
    CURL_CA_BUNDLE=/opt/mix-release/authorities.pem \
    HEX_CACERTS_PATH=/opt/mix-release/authorities.pem \
    ELIXIR_MAKE_CACERT=/opt/mix-release/authorities.pem \
    GIT_SSL_CAINFO=/opt/mix-release/authorities.pem \
    NODE_EXTRA_CA_CERTS=/opt/mix-release/authorities.pem \
    CARGO_HTTP_CAINFO=/opt/mix-release/authorities.pem \
    PIP_CERT=/opt/mix-release/authorities.pem \
    REQUESTS_CA_BUNDLE=/opt/mix-release/authorities.pem
