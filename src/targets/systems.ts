import { compareDotted } from '../dotted-numbers.js';
import type { Libc, System, Target } from './table.js';

export type { System } from './table.js';

/** A release of an operating system with hexpm/elixir images. */
export interface SystemRelease {
  readonly os: System;
  /** As in image tags: `bookworm`, `noble`, `3.22`. */
  readonly release: string;
  /**
   * `VERSION_ID` of `/etc/os-release`: `12`, `24.04`, `3.22`. Alpine's own has the patch behind it (`3.22.1`), and
   * Debian's testing has none before its release.
   */
  readonly version: string;
  readonly libc: Libc;
  /** `2.36`, `1.2.5`. */
  readonly libcVersion: string;
  /** Whether new hexpm/elixir images are still published for it; older ones remain available. */
  readonly current: boolean;
  /** Whether its packages have left the mirrors: they come from an archive then, and are not renewed. */
  readonly archived?: true;
}

/**
 * Debian, Ubuntu, Alpine; the newest release of each first.
 *
 * Sources of the C libraries' versions:
 *
 * - Debian bullseye to forky: `ldd --version` in images of them. Forky is still testing, so its glibc may rise.
 * - Debian buster, Ubuntu bionic to noble: the table of Node.js' builders,
 *   https://gist.github.com/richardlau/6a01d7829cc33ddab35269dacc127680
 * - Ubuntu resolute: its release notes, `docs/26.04/changes-since-previous-interim.md` in ubuntu/ubuntu-release-notes
 * - Alpine 3.14 to 3.17 and 3.21 to 3.24: the package `musl` of the official images, `repos/alpine/local/` in
 *   docker-library/repo-info; 3.18 to 3.20: the names of the package in `main/x86_64` of these releases
 *   (musl-1.2.4-r2, musl-1.2.4_git20230717-r4, musl-1.2.5-r3)
 *
 * `current` is what hexpm/bob built by itself in July 2026.
 */
export const SYSTEM_RELEASES: readonly SystemRelease[] = [
  { os: 'debian', release: 'forky', version: '14', libc: 'glibc', libcVersion: '2.43', current: false },
  { os: 'debian', release: 'trixie', version: '13', libc: 'glibc', libcVersion: '2.41', current: true },
  { os: 'debian', release: 'bookworm', version: '12', libc: 'glibc', libcVersion: '2.36', current: true },
  { os: 'debian', release: 'bullseye', version: '11', libc: 'glibc', libcVersion: '2.31', current: true },
  {
    os: 'debian',
    release: 'buster',
    version: '10',
    libc: 'glibc',
    libcVersion: '2.28',
    current: false,
    archived: true,
  },
  { os: 'ubuntu', release: 'resolute', version: '26.04', libc: 'glibc', libcVersion: '2.43', current: true },
  { os: 'ubuntu', release: 'noble', version: '24.04', libc: 'glibc', libcVersion: '2.39', current: true },
  { os: 'ubuntu', release: 'jammy', version: '22.04', libc: 'glibc', libcVersion: '2.35', current: true },
  { os: 'ubuntu', release: 'focal', version: '20.04', libc: 'glibc', libcVersion: '2.31', current: false },
  { os: 'ubuntu', release: 'bionic', version: '18.04', libc: 'glibc', libcVersion: '2.27', current: false },
  { os: 'alpine', release: '3.24', version: '3.24', libc: 'musl', libcVersion: '1.2.6', current: true },
  { os: 'alpine', release: '3.23', version: '3.23', libc: 'musl', libcVersion: '1.2.5', current: true },
  { os: 'alpine', release: '3.22', version: '3.22', libc: 'musl', libcVersion: '1.2.5', current: true },
  { os: 'alpine', release: '3.21', version: '3.21', libc: 'musl', libcVersion: '1.2.5', current: true },
  { os: 'alpine', release: '3.20', version: '3.20', libc: 'musl', libcVersion: '1.2.5', current: false },
  { os: 'alpine', release: '3.19', version: '3.19', libc: 'musl', libcVersion: '1.2.4', current: false },
  { os: 'alpine', release: '3.18', version: '3.18', libc: 'musl', libcVersion: '1.2.4', current: false },
  { os: 'alpine', release: '3.17', version: '3.17', libc: 'musl', libcVersion: '1.2.3', current: false },
  { os: 'alpine', release: '3.16', version: '3.16', libc: 'musl', libcVersion: '1.2.3', current: false },
  { os: 'alpine', release: '3.15', version: '3.15', libc: 'musl', libcVersion: '1.2.2', current: false },
  { os: 'alpine', release: '3.14', version: '3.14', libc: 'musl', libcVersion: '1.2.2', current: false },
];

/** A release by its name or its version: `debian` with `bookworm` or `12`, `ubuntu` with `noble` or `24.04`. */
export function findSystemRelease(os: System, release: string): SystemRelease | undefined {
  return SYSTEM_RELEASES.find((each) => each.os === os && (each.release === release || each.version === release));
}

/**
 * Releases of a target's systems whose glibc is not above a floor such as `2.31`: the highest glibc first; among equals
 * Debian before Ubuntu, then the newer release. Empty for a musl target.
 */
export function systemsWithin(target: Target, floor: string): readonly SystemRelease[] {
  return SYSTEM_RELEASES.filter(
    ({ os, libc, libcVersion }) =>
      target.systems.includes(os) && libc === 'glibc' && compareDotted(libcVersion, floor) <= 0,
  ).toSorted((a, b) => compareDotted(b.libcVersion, a.libcVersion));
}

/** The default system of a target. */
export function defaultSystem({ triple, systems, systemRelease }: Target): SystemRelease {
  const found = findSystemRelease(systems[0], systemRelease);
  if (!found) throw new Error(`${triple} is built on ${systems[0]}:${systemRelease}, which is in no table`);
  return found;
}
