import { DT, type Dynamic, type Entry } from './dynamic.js';
import { ElfError } from './error.js';
import type { Range } from './reader.js';
import { bytesAt, type Image } from './segments.js';

/** One symbol version that a file needs. */
export interface NeededVersion {
  readonly name: string;
  /** The loader only warns where it is missing. */
  readonly weak: boolean;
  /** The index by which symbols refer to it. */
  readonly index: number;
}

/** The versions that a file needs from one library. */
export interface VersionNeed {
  /** As in `needed`. */
  readonly library: string;
  readonly versions: readonly NeededVersion[];
}

/** One symbol version that a library defines. */
export interface VersionDefinition {
  readonly name: string;
  readonly index: number;
  /** Whether it is the library's own name, not a version. */
  readonly base: boolean;
  readonly weak: boolean;
}

/** The version of a symbol. */
export interface SymbolVersion {
  readonly name: string;
  /** The library that must define it; undefined where this file defines it. */
  readonly library: string | undefined;
}

const FLAG_BASE = 1;
const FLAG_WEAK = 2;
const INDEX = 0x7fff;
const ONE_NEED = { size: 16, next: 12 };
const NEEDED_VERSION = { size: 16, next: 12 };
const DEFINITION = { size: 20, next: 16 };
const DEFINED_NAME = { size: 8, next: 4 };

/** The versions of `DT_VERNEED`, by library. @throws ElfError */
export function readVersionNeeds(image: Image, dynamic: Dynamic): readonly VersionNeed[] {
  const list = listAt(image, dynamic.entries.get(DT.VERNEED), 'the list of needed versions');
  if (!list) return [];
  const { reader } = image;
  const { strings } = dynamic;
  const versions = walker(image, list, NEEDED_VERSION);
  return walker(
    image,
    list,
    ONE_NEED,
  )(list.start, (at) => {
    onlyVersion1(reader.u16(at), at);
    return {
      library: strings.get(reader.u32(at + 4), at + 4),
      versions: versions(at + reader.u32(at + 8), (each) => ({
        name: strings.get(reader.u32(each + 8), each + 8),
        weak: (reader.u16(each + 4) & FLAG_WEAK) !== 0,
        index: reader.u16(each + 6) & INDEX,
      })),
    };
  });
}

/** The versions of `DT_VERDEF`. @throws ElfError */
export function readVersionDefinitions(image: Image, dynamic: Dynamic): readonly VersionDefinition[] {
  const list = listAt(image, dynamic.entries.get(DT.VERDEF), 'the list of defined versions');
  if (!list) return [];
  const { reader } = image;
  const names = walker(image, list, DEFINED_NAME);
  return walker(
    image,
    list,
    DEFINITION,
  )(list.start, (at) => {
    onlyVersion1(reader.u16(at), at);
    const flags = reader.u16(at + 2);
    const named = names(at + reader.u32(at + 12), (each) => dynamic.strings.get(reader.u32(each), each));
    // The others are the versions that this one goes on from.
    const [name = ''] = named;
    return {
      name,
      index: reader.u16(at + 4) & INDEX,
      base: (flags & FLAG_BASE) !== 0,
      weak: (flags & FLAG_WEAK) !== 0,
    };
  });
}

/** All versions by index, without the library's own name. */
export function versionsByIndex(
  needs: readonly VersionNeed[],
  definitions: readonly VersionDefinition[],
): ReadonlyMap<number, SymbolVersion> {
  const versions = new Map<number, SymbolVersion>();
  for (const { name, index, base } of definitions) {
    if (!base) versions.set(index, { name, library: undefined });
  }
  for (const { library, versions: needed } of needs) {
    for (const { name, index } of needed) versions.set(index, { name, library });
  }
  return versions;
}

function listAt(image: Image, entry: Entry | undefined, what: string): Range | undefined {
  return entry && bytesAt(image, entry.value, entry.at, what);
}

/**
 * Returns a function that reads the entries of a linked list, as loaders do: each has the offset of the next,
 * and the last has 0. The counts in the headers are ignored.
 *
 * Over all calls it reads at most as many entries as fit into the range, so that no file can make it loop.
 */
function walker(
  { reader }: Image,
  { start, end }: Range,
  { size, next }: { readonly size: number; readonly next: number },
) {
  let remaining = Math.floor((end - start) / size);
  return <T>(first: number, read: (at: number) => T): readonly T[] => {
    const entries: T[] = [];
    for (let at = first, step = size; step !== 0; at += step) {
      if (at + size > end) throw new ElfError('bad-list', at, 'a list of versions leaves its segment');
      if (step < size || remaining === 0) throw new ElfError('bad-list', at, 'entries of a list of versions overlap');
      remaining -= 1;
      entries.push(read(at));
      step = reader.u32(at + next);
    }
    return entries;
  };
}

function onlyVersion1(version: number, at: number): void {
  if (version !== 1) throw new ElfError('bad-list', at, `a list of versions has the version ${String(version)}`);
}
