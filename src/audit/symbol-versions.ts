import { compareDotted } from '../dotted-numbers.js';
import type { VersionNeed } from './elf/versions.js';
import type { SymbolFloor } from './report.js';

/** Families of versioned symbols whose highest version determines where a file runs. */
export type Family = keyof SymbolFloor;

/** The prefix of each family's versions. */
export const FAMILY_NAMES: Readonly<Record<Family, string>> = {
  glibc: 'GLIBC',
  glibcxx: 'GLIBCXX',
  cxxabi: 'CXXABI',
  gcc: 'GCC',
};

export const FAMILIES = Object.keys(FAMILY_NAMES) as readonly Family[];

/** One version of a family that a file needs when it is loaded. */
export interface NeededSymbols {
  readonly family: Family;
  /** Dotted numbers, such as `2.34`. */
  readonly version: string;
  /** The library that must define it. */
  readonly library: string;
}

/**
 * Versions of glibc without a number: the loader must support a format. The number is that of the oldest glibc
 * that is known to have it. `GLIBC_PRIVATE` belongs to no version and is not here.
 *
 * Source: the version definitions of `libc.so.6` in Debian bullseye to forky; a test compares them. The last
 * two are of 2.42, and Debian trixie has them in its 2.41.
 */
export const ABI_VERSIONS: Readonly<Record<string, string>> = {
  GLIBC_ABI_DT_RELR: '2.36',
  GLIBC_ABI_DT_X86_64_PLT: '2.41',
  GLIBC_ABI_GNU2_TLS: '2.41',
};

/** The versions that a file cannot be loaded without. Weak ones are ignored: the loader only warns about them. */
export function neededSymbols(needs: readonly VersionNeed[]): readonly NeededSymbols[] {
  return needs.flatMap(({ library, versions }) =>
    versions
      .filter(({ weak }) => !weak)
      .flatMap(({ name }) => {
        const known = readVersionName(name);
        return known ? [{ ...known, library }] : [];
      }),
  );
}

/** Whether a file needs glibc's private symbols, which change with every version. */
export function usesPrivateSymbols(needs: readonly VersionNeed[]): boolean {
  return needs.some(({ versions }) => versions.some(({ name, weak }) => name === 'GLIBC_PRIVATE' && !weak));
}

/** Family and number of a version such as `GLIBC_2.34`; undefined for versions of other libraries. */
export function readVersionName(name: string): { readonly family: Family; readonly version: string } | undefined {
  const [, word = '', version] = /^([A-Z]+)_(\d+(?:\.\d+)*)$/.exec(name) ?? [];
  const family = BY_NAME.get(word);
  if (family !== undefined && version !== undefined) return { family, version };
  const abi = ABI_VERSIONS[name];
  return abi === undefined ? undefined : { family: 'glibc', version: abi };
}

const BY_NAME: ReadonlyMap<string, Family> = new Map(FAMILIES.map((family) => [FAMILY_NAMES[family], family]));

/** The highest version of each family. */
export function floorOf(symbols: readonly Pick<NeededSymbols, 'family' | 'version'>[]): SymbolFloor {
  const highest = new Map<Family, string>();
  for (const { family, version } of symbols) {
    const before = highest.get(family);
    if (before === undefined || compareDotted(version, before) > 0) highest.set(family, version);
  }
  return Object.fromEntries(FAMILIES.filter((each) => highest.has(each)).map((each) => [each, highest.get(each)]));
}

/** The highest of several floors. */
export function highestFloor(floors: readonly SymbolFloor[]): SymbolFloor {
  return floorOf(
    floors.flatMap((floor) =>
      FAMILIES.flatMap((family) => {
        const version = floor[family];
        return version === undefined ? [] : [{ family, version }];
      }),
    ),
  );
}
