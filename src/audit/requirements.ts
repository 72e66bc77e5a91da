import type { Libc } from '../targets/table.js';
import type { Family, RuntimeRequirements } from './report.js';
import { nameFor, packageOf } from './runtime-packages.js';
import { DATA_PACKAGES, type SystemData } from './system-data.js';

/** What the package database of a builder knows of libraries. */
export interface BuilderPackages {
  readonly family: Family;
  /** The package that has a library, by the library's name. */
  readonly names: ReadonlyMap<string, string>;
}

/** What a release needs, and what is known of it. */
export interface Needs {
  readonly libraries: readonly string[];
  readonly libc: Libc;
  /** The glibc that it needs. */
  readonly glibc: string | undefined;
  readonly data: readonly SystemData[];
  /** Undefined where its builder is gone. */
  readonly builder: BuilderPackages | undefined;
}

/** The systems of a C library. */
const FAMILIES: Readonly<Record<Libc, readonly Family[]>> = { glibc: ['debian', 'ubuntu', 'rhel'], musl: ['alpine'] };

/** A package, and whether its name was made by a rule instead of looked up. */
interface Named {
  readonly name: string;
  readonly derived: boolean;
}

/** The packages with what a release needs, for the systems of its C library. */
export function requirementsFor(needs: Needs): RuntimeRequirements {
  const { libraries, libc, data } = needs;
  const byFamily = FAMILIES[libc].map((family) => {
    const named = libraries.flatMap((library) => packageNameOf(library, family, needs));
    return [family, [...named, ...data.map(({ kind }) => ({ name: DATA_PACKAGES[kind], derived: false }))]] as const;
  });
  const none: Readonly<Record<Family, readonly string[]>> = { debian: [], ubuntu: [], rhel: [], alpine: [] };
  const names = byFamily.map(([family, named]) => [family, sorted(named.map(({ name }) => name))] as const);
  const derived = byFamily.flatMap(([family, named]) => {
    const made = named.filter((each) => each.derived).map(({ name }) => name);
    return made.length === 0 ? [] : [[family, sorted(made)] as const];
  });
  return { libraries, ...none, ...Object.fromEntries(names), data, derived: Object.fromEntries(derived) };
}

function sorted(names: readonly string[]): readonly string[] {
  return [...new Set(names)].sort();
}

/** By the builder's database, else by the table, else by the rule of the family's package manager. */
function packageNameOf(library: string, family: Family, { libc, glibc, builder }: Needs): readonly Named[] {
  const found = builder?.names.get(library);
  if (found !== undefined && builder?.family === family)
    return [{ name: forAge(found, family, glibc), derived: false }];
  const row = packageOf(library, libc);
  const inTable = row?.[family];
  if (inTable !== undefined) {
    const name = nameFor(inTable, glibc);
    return [{ name, derived: isCapability(name) }];
  }
  // The table knows that the system has no such library.
  if (row !== undefined || found === undefined) return [];
  if (family === 'rhel') return [{ name: `${library}()(64bit)`, derived: true }];
  if (family === 'alpine') return [{ name: `so:${library}`, derived: true }];
  // Ubuntu takes its packages from Debian. Nobody can tell Debian's name from another system's.
  const related = builder?.family === 'debian' || builder?.family === 'ubuntu';
  return related ? [{ name: forAge(found, family, glibc), derived: true }] : [];
}

/** Whether a name is what a package provides for each of its libraries, by a rule of its package manager. */
function isCapability(name: string): boolean {
  return name.startsWith('so:') || name.endsWith('()(64bit)');
}

/** The name before the renames for 64-bit time, for as long as the machine may be older; newer systems know it, too. */
function forAge(name: string, family: Family, glibc: string | undefined): string {
  if (family !== 'debian' && family !== 'ubuntu') return name;
  return nameFor([name.replace(/t64(?=$|-)/, ''), name], glibc);
}
