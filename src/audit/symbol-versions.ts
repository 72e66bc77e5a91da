import { compareLibcVersions as compareSymbolVersions } from '../targets/systems.js';
import type { VersionNeed } from './elf/versions.js';
import type { SymbolFloor } from './report.js';

export { compareSymbolVersions };

/** Families of versioned symbols whose highest version decides where a file runs. */
export type Family = keyof SymbolFloor;

/** What each is called in the files. */
export const FAMILY_NAMES: Readonly<Record<Family, string>> = {
  glibc: 'GLIBC',
  glibcxx: 'GLIBCXX',
  cxxabi: 'CXXABI',
  gcc: 'GCC',
};

export const FAMILIES = Object.keys(FAMILY_NAMES) as readonly Family[];

/** One version of a family that a file must find when it is loaded. */
export interface NeededSymbols {
  readonly family: Family;
  /** Dotted numbers, such as `2.34`. */
  readonly version: string;
  /** The library that has to offer it. */
  readonly library: string;
}

/**
 * Versions of glibc that are words: what loads the file has to know a format. The number is that of the oldest glibc
 * that is known to have it; `GLIBC_PRIVATE` is of none and is not here.
 *
 * Source: the version definitions of `libc.so.6` in Debian bullseye to forky, against which a test holds them. The last
 * two are of 2.42, and Debian trixie has them in its 2.41.
 */
export const ABI_VERSIONS: Readonly<Record<string, string>> = {
  GLIBC_ABI_DT_RELR: '2.36',
  GLIBC_ABI_DT_X86_64_PLT: '2.41',
  GLIBC_ABI_GNU2_TLS: '2.41',
};

/** The versions that a file cannot be loaded without. Weak ones are passed over: the loader only warns of them. */
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

/** Whether a file needs what glibc keeps for itself, and changes with every version. */
export function usesPrivateSymbols(needs: readonly VersionNeed[]): boolean {
  return needs.some(({ versions }) => versions.some(({ name, weak }) => name === 'GLIBC_PRIVATE' && !weak));
}

/** Family and number of a version such as `GLIBC_2.34`; undefined for those of other libraries. */
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
    if (before === undefined || compareSymbolVersions(version, before) > 0) highest.set(family, version);
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
