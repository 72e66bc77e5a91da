#!/usr/bin/env bash
# runtime.sh SUITE TAR  Writes the root file system of a minimal Debian: the stand-in for the image
# debian:SUITE-slim, with the packages and the path exclusions that the real one has.
set -euo pipefail

# The system is merged from the start: the package that merges it later would bring all of Perl.
mmdebstrap --variant=minbase --include=usr-is-merged \
  --hook-dir=/usr/share/mmdebstrap/hooks/merged-usr \
  --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
  --dpkgopt='path-exclude=/usr/share/info/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
  --dpkgopt=force-unsafe-io --aptopt='Acquire::Languages "none"' \
  "$1" "$2"
