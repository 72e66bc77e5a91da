import { ElfError } from './error.js';
import type { Range } from './reader.js';
import { PT, tableAt, type Image } from './segments.js';
import { StringTable } from './strings.js';

/** Tags of the dynamic section. */
export const DT = {
  NULL: 0,
  NEEDED: 1,
  PLTRELSZ: 2,
  HASH: 4,
  STRTAB: 5,
  SYMTAB: 6,
  RELA: 7,
  RELASZ: 8,
  STRSZ: 10,
  SYMENT: 11,
  SONAME: 14,
  RPATH: 15,
  REL: 17,
  RELSZ: 18,
  PLTREL: 20,
  DEBUG: 21,
  JMPREL: 23,
  RUNPATH: 29,
  GNU_HASH: 0x6ffffef5,
  VERSYM: 0x6ffffff0,
  FLAGS_1: 0x6ffffffb,
  VERDEF: 0x6ffffffc,
  VERNEED: 0x6ffffffe,
  MIPS_SYMTABNO: 0x70000011,
} as const;

/** One entry: a number or an address, and its offset in the file. */
export interface Entry {
  readonly value: bigint;
  readonly at: number;
}

/** The dynamic section, for the dynamic loader. */
export interface Dynamic {
  /** By tag. Of several entries with one tag, the last, as in loaders. */
  readonly entries: ReadonlyMap<number, Entry>;
  /** The names of `DT_NEEDED`, in their order. */
  readonly needed: readonly string[];
  readonly strings: StringTable;
}

/**
 * The dynamic section.
 *
 * @returns undefined for a file without one: static programs, relocatable objects
 * @throws ElfError when it or its strings are not in a loaded segment
 */
export function readDynamic(image: Image): Dynamic | undefined {
  const segment = image.segments.findLast(({ type }) => type === PT.DYNAMIC);
  if (!segment || segment.fileSize === 0n || image.debugOnly) return undefined;
  // By its address, as loaders do. They ignore the offset that the header states as well.
  const range = tableAt(image, segment.address, segment.fileSize, segment.at, 'the dynamic section');
  const { entries, needed } = readEntries(image, range);
  // A file that was not written completely can have its full size, with zeros here.
  if (entries.size === 0) throw new ElfError('missing-table', range.start, 'the dynamic section is empty');
  const strings = readStrings(image, entries);
  return { entries, strings, needed: needed.map((entry) => nameOf(strings, entry)) };
}

/** The string that an entry names. @returns undefined when there is no such entry */
export function textOf({ entries, strings }: Dynamic, tag: number): string | undefined {
  const entry = entries.get(tag);
  return entry && nameOf(strings, entry);
}

/** The lower 32 bits of an entry, which contain all flags. @returns 0 when there is no such entry */
export function flagsOf({ entries }: Dynamic, tag: number): number {
  return Number(BigInt.asUintN(32, entries.get(tag)?.value ?? 0n));
}

function readEntries({ reader }: Image, { start, end }: Range) {
  const word = reader.bits === 64 ? 8 : 4;
  const entries = new Map<number, Entry>();
  const needed: Entry[] = [];
  for (let at = start; at + 2 * word <= end; at += 2 * word) {
    const tag = Number(reader.word(at));
    if (tag === DT.NULL) break;
    const entry = { value: reader.word(at + word), at };
    entries.set(tag, entry);
    if (tag === DT.NEEDED) needed.push(entry);
  }
  return { entries, needed };
}

function readStrings(image: Image, entries: ReadonlyMap<number, Entry>): StringTable {
  const [table, size] = [entries.get(DT.STRTAB), entries.get(DT.STRSZ)];
  // Without a table, any name is outside it.
  if (!table || !size) return new StringTable(image.reader, { start: 0, end: 0 });
  return new StringTable(image.reader, tableAt(image, table.value, size.value, table.at, 'the table of strings'));
}

function nameOf(strings: StringTable, { value, at }: Entry): string {
  return strings.get(Number(value), at);
}
