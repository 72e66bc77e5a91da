#!/usr/bin/env bash
# Makes this machine run programs for arm64, in containers too: qemu's user emulator, known to the
# kernel by Debian's own line. The exit status is 3 where that cannot be had; it takes root.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source-path=SCRIPTDIR source=../../script/env.sh
. "$here/../../script/env.sh"
# shellcheck source-path=SCRIPTDIR source=../../script/apt.sh
. "$here/../../script/apt.sh"

binfmt=/proc/sys/fs/binfmt_misc
line=/usr/lib/binfmt.d/qemu-aarch64.conf

give_up() {
  say "$1: programs for arm64 do not run here"
  exit 3
}

registered() { grep -qsx enabled "$binfmt/qemu-aarch64"; }

case $(uname -m) in aarch64 | arm64) exit 0 ;; esac
! registered || exit 0
can_install || give_up "the emulator cannot be installed (not root on Debian or Ubuntu)"
# Newer releases have the emulator and the line in two packages.
[ -s "$line" ] || apt_install qemu-user-static
[ -s "$line" ] || apt_install qemu-user qemu-user-binfmt || true
[ -s "$line" ] || give_up "$line is missing"
if [ ! -e "$binfmt/register" ]; then
  mount -t binfmt_misc binfmt_misc "$binfmt" 2>/dev/null || give_up "binfmt_misc cannot be mounted"
fi
if ! registered; then # the package, or the mount, may have done it
  # F: the kernel opens the emulator now, so containers need not hold it. P: it is told argv[0].
  { grep -v '^#' "$line" >"$binfmt/register"; } 2>/dev/null || true
fi
registered || give_up "the kernel does not take the emulator"
grep -q '^flags:.*F' "$binfmt/qemu-aarch64" || give_up "the emulator is registered for this root alone, not for containers"
