# A runtime image for glibc with nothing that a release could lean on by chance: busybox, glibc, and of PACKAGES what
# `apt-get install` would bring where nothing is installed. Without PACKAGES, glibc alone.
#   BASE       debian:SUITE-slim, whose packages are taken
ARG BASE
FROM $BASE AS parts
ARG PACKAGES
RUN apt-get update \
 && apt-get install -y --no-install-recommends busybox-static
# glibc's own package names libgcc-s1 as a dependency, and does without until a thread is cancelled: so it is unpacked
# by itself, and libgcc-s1 comes only where it is named.
RUN mkdir -p /debs/partial /bare/usr/bin /bare/usr/lib /bare/usr/lib64 /bare/usr/sbin /bare/etc /bare/dev /bare/proc \
      /bare/sys /bare/root /bare/srv \
 && mkdir -m 1777 /bare/tmp \
 && for name in bin sbin lib lib64; do ln -s usr/$name /bare/$name; done \
 && apt-get -o Dir::State::status=/dev/null -o Dir::Cache::archives=/debs -o APT::Sandbox::User=root -y \
      --no-install-recommends --download-only install libc6 $PACKAGES \
 && for deb in /debs/*.deb; do \
      case "$PACKAGES $deb" in \
        ' '*/libc6_*|?*) dpkg-deb --fsys-tarfile "$deb" | tar -x --keep-directory-symlink -C /bare || exit 1 ;; \
      esac; \
    done \
 && rm -rf /bare/usr/share \
 && cp /bin/busybox /bare/bin/busybox \
 && for applet in $(busybox --list); do [ -e /bare/bin/$applet ] || ln -s busybox /bare/bin/$applet; done \
 && printf '%s\n' root:x:0:0:root:/root:/bin/sh nobody:x:65534:65534:nobody:/:/bin/false > /bare/etc/passwd \
 && printf '%s\n' root:x:0: nogroup:x:65534: > /bare/etc/group

FROM scratch
COPY --from=parts /bare/ /
CMD ["/bin/sh"]
