import type { Libc } from '../targets/table.js';
import { compareSymbolVersions } from './symbol-versions.js';

/** A package by the name that it has up to, and from, the change of Debian's and Ubuntu's names for 64-bit time. */
export type Renamed = readonly [before: string, since: string];

/** The packages that bring a library. Where one is absent, the system has no package of that version. */
export interface RuntimePackage {
  /** As in `DT_NEEDED`. */
  readonly library: string;
  readonly debian?: string | Renamed;
  readonly ubuntu?: string | Renamed;
  readonly rhel?: string;
  readonly alpine?: string;
}

export const RUNTIME_PACKAGES: readonly RuntimePackage[] = [
  row('libstdc++.so.6', 'libstdc++6', 'libstdc++6', 'libstdc++', 'libstdc++'),
  row('libgcc_s.so.1', 'libgcc-s1', 'libgcc-s1', 'libgcc', 'libgcc'),
  row('libz.so.1', 'zlib1g', 'zlib1g', 'zlib', 'zlib'),
  row('libtinfo.so.6', 'libtinfo6', 'libtinfo6', 'ncurses-libs', undefined),
  row('libncursesw.so.6', 'libncursesw6', 'libncursesw6', 'ncurses-libs', 'libncursesw'),
  row('libcrypto.so.3', t64('libssl3'), t64('libssl3'), 'openssl-libs', 'libcrypto3'),
  row('libssl.so.3', t64('libssl3'), t64('libssl3'), 'openssl-libs', 'libssl3'),
  row('libcrypto.so.1.1', 'libssl1.1', 'libssl1.1', 'compat-openssl11', 'libcrypto1.1'),
  row('libssl.so.1.1', 'libssl1.1', 'libssl1.1', 'compat-openssl11', 'libssl1.1'),
  row('libsystemd.so.0', 'libsystemd0', 'libsystemd0', 'systemd-libs', undefined),
  row('libsctp.so.1', 'libsctp1', 'libsctp1', 'lksctp-tools', 'lksctp-tools'),
];

function row(
  library: string,
  debian: RuntimePackage['debian'],
  ubuntu: RuntimePackage['ubuntu'],
  rhel: string | undefined,
  alpine: string | undefined,
): RuntimePackage {
  return {
    library,
    ...(debian === undefined ? {} : { debian }),
    ...(ubuntu === undefined ? {} : { ubuntu }),
    ...(rhel === undefined ? {} : { rhel }),
    ...(alpine === undefined ? {} : { alpine }),
  };
}

function t64(name: string): Renamed {
  return [name, `${name}t64`];
}

const BY_LIBRARY: ReadonlyMap<string, RuntimePackage> = new Map(RUNTIME_PACKAGES.map((each) => [each.library, each]));

/** The packages that bring a library on systems with a C library; undefined where none of them has it. */
export function packageOf(library: string, libc: Libc): RuntimePackage | undefined {
  const found = BY_LIBRARY.get(library);
  if (!found) return undefined;
  const has = libc === 'musl' ? found.alpine : (found.debian ?? found.ubuntu ?? found.rhel);
  return has === undefined ? undefined : found;
}

/** The glibc of the last systems before the change of names: Debian bookworm; Ubuntu jammy has 2.35. */
const LAST_BEFORE_T64 = '2.36';

/**
 * The name for a release that runs with glibc from `glibc` on. The older name for as long as an older system may be
 * meant: newer ones take it, too, because the renamed package provides it.
 */
export function nameFor(name: string | Renamed, glibc: string | undefined): string {
  if (typeof name === 'string') return name;
  return glibc !== undefined && compareSymbolVersions(glibc, LAST_BEFORE_T64) > 0 ? name[1] : name[0];
}
