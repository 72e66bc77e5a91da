#!/usr/bin/env bash
# runtime.sh SUITE TAR  Writes the root file system of a minimal Debian: the stand-in for the image
# debian:SUITE-slim, with the packages and the path exclusions that the real one has.
set -euo pipefail

# The system is merged from the start: the package that merges it later would bring all of Perl.
options=(--include=usr-is-merged --hook-dir=/usr/share/mmdebstrap/hooks/merged-usr)
# Bullseye lacks the package that says it is merged, which mmdebstrap's hooks ask for.
# shellcheck disable=SC2016 # expanded by mmdebstrap's shell
[ "$1" != bullseye ] ||
  options=(--setup-hook='cd "$1"; for d in bin sbin lib lib32 lib64 libx32; do mkdir -p usr/$d; ln -s usr/$d $d; done')
# Forky's index may be older than it says it is valid for. The option stays in the image, for apt there.
[ "$1" != forky ] || options+=(--aptopt='Acquire::Check-Valid-Until "false"')

mmdebstrap --variant=minbase "${options[@]}" \
  --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
  --dpkgopt='path-exclude=/usr/share/info/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
  --dpkgopt=force-unsafe-io --aptopt='Acquire::Languages "none"' \
  "$1" "$2"
