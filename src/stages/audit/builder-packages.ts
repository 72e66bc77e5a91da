import type { Probe } from '../../builder/probe.js';
import type { Family } from '../../audit/report.js';
import type { BuilderPackages } from '../../audit/requirements.js';
import type { RunningContainer } from '../../engine/container.js';

/**
 * Prints the files that the loader finds for each library, as `file NAME PATH`, then what the package database knows of
 * their paths. A path counts with and without `/usr` in front: databases are older than the merge of the two.
 */
const SCRIPT = `
for name in "$@"; do
  for place in /lib /usr/lib /lib64 /usr/lib64 /usr/local/lib /usr/local/lib64 /lib/*-linux-* /usr/lib/*-linux-*; do
    [ -e "$place/$name" ] || continue
    for path in "$place/$name" "$(readlink -f "$place/$name")"; do
      printf 'file %s %s\\n' "$name" "$path"
      case $path in /usr/lib*) printf 'file %s %s\\n' "$name" "\${path#/usr}" ;; /lib*) printf 'file %s %s\\n' "$name" "/usr$path" ;; esac
    done
  done
done >/tmp/mix-release-libraries
cat /tmp/mix-release-libraries
set -- $(sed 's/.* //' /tmp/mix-release-libraries | sort -u)
rm -f /tmp/mix-release-libraries
[ $# -gt 0 ] || exit 0
if command -v dpkg >/dev/null; then dpkg -S "$@" 2>/dev/null
elif command -v apk >/dev/null; then for path in "$@"; do apk info --who-owns "$path" 2>/dev/null; done
elif command -v rpm >/dev/null; then for path in "$@"; do rpm -qf --qf "%{NAME}: $path\\n" "$path" 2>/dev/null; done
fi
exit 0`;

/** A name that the script can take, and that can be the last part of a path. */
const LIBRARY = /^[\w.+-]+$/;

/**
 * Asks the package database of a builder which packages have these libraries.
 *
 * @returns undefined where it has no database that knows libraries of its C library
 */
export async function builderPackages(
  container: RunningContainer,
  { os, libc }: Pick<Probe, 'os' | 'libc'>,
  libraries: readonly string[],
): Promise<BuilderPackages | undefined> {
  const family = familyOf(os, libc);
  const names = libraries.filter((name) => LIBRARY.test(name));
  if (family === undefined || names.length === 0) return undefined;
  const lines: string[] = [];
  const argv = ['sh', '-c', SCRIPT, 'sh', ...names];
  await container.run({ title: 'the look for packages', argv }, (line) => lines.push(line));
  return { family, names: ownersIn(lines) };
}

const SYSTEMS: Readonly<Record<string, Family>> = {
  ...{ debian: 'debian', ubuntu: 'ubuntu', alpine: 'alpine' },
  ...{ fedora: 'rhel', rhel: 'rhel', almalinux: 'rhel', rocky: 'rhel', centos: 'rhel', amzn: 'rhel', ol: 'rhel' },
};

/** @param os - `ID VERSION_ID` of `/etc/os-release`; a musl beside the glibc of its system is in no database */
function familyOf(os: string, libc: string): Family | undefined {
  const family = SYSTEMS[os.split(' ')[0] ?? ''];
  return (family === 'alpine') === (libc === 'musl') ? family : undefined;
}

/** The packages by library, from what the script prints. */
export function ownersIn(lines: readonly string[]): ReadonlyMap<string, string> {
  const owners = new Map(lines.flatMap((line) => ownerIn(line)));
  const found = new Map<string, string>();
  for (const line of lines) {
    const [, library = '', path = ''] = /^file (\S+) (\S+)$/.exec(line) ?? [];
    const owner = owners.get(path);
    if (owner !== undefined && !found.has(library)) found.set(library, owner);
  }
  return found;
}

/** The path and the package in a line of dpkg or rpm (`libpq5:amd64: /usr/lib/…`), or of apk. */
function ownerIn(line: string): readonly (readonly [string, string])[] {
  const [, path, owner] = /^(\S+) (?:symlink target )?is owned by (.+)-\d[^-]*-r\d+$/.exec(line) ?? [];
  if (path !== undefined && owner !== undefined) return [[path, owner]];
  // dpkg lists several packages with the same file, and files that packages have put aside.
  const [, first, file] = /^([a-z0-9A-Z][\w.+-]*)(?::[a-z0-9-]+)?(?:, [^/]*)?: (\/\S+)$/.exec(line) ?? [];
  return first === undefined || file === undefined ? [] : [[file, first]];
}
