import type { Libc } from '../targets/table.js';
import type { RuntimeRequirements } from './report.js';
import { nameFor, packageOf, type RuntimePackage } from './runtime-packages.js';

/**
 * The packages that provide libraries, for the systems of a C library: none for Alpine where that is glibc, and for
 * Alpine alone where it is musl.
 *
 * @param glibc - the glibc that the release needs
 */
export function requirementsFor(
  libraries: readonly string[],
  libc: Libc,
  glibc: string | undefined,
): RuntimeRequirements {
  const packages = libraries.map((library) => packageOf(library, libc)).filter((each) => each !== undefined);
  const names = (system: 'debian' | 'ubuntu' | 'rhel' | 'alpine'): readonly string[] =>
    (system === 'alpine') === (libc === 'musl') ? namesOf(packages, system, glibc) : [];
  return { libraries, debian: names('debian'), ubuntu: names('ubuntu'), rhel: names('rhel'), alpine: names('alpine') };
}

function namesOf(
  packages: readonly RuntimePackage[],
  system: 'debian' | 'ubuntu' | 'rhel' | 'alpine',
  glibc: string | undefined,
): readonly string[] {
  const names = packages.flatMap((each) => {
    const name = each[system];
    return name === undefined ? [] : [nameFor(name, glibc)];
  });
  return [...new Set(names)].sort();
}
