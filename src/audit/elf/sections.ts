import { ElfError } from './error.js';
import type { Header, TableOfHeaders } from './header.js';
import type { Range, Reader } from './reader.js';

export const SHT = { NOTE: 7, NOBITS: 8, DYNSYM: 11 };
const SHF_EXECINSTR = 4n;

/** One section header; unchecked. */
export interface Section {
  /** Offset of the header in the file. */
  readonly at: number;
  readonly type: number;
  readonly flags: bigint;
  readonly address: bigint;
  readonly offset: bigint;
  readonly size: bigint;
  readonly info: number;
  readonly alignment: bigint;
}

/**
 * The section headers. Loaders do not need them; they have details that program headers lack.
 *
 * @returns empty for a file without
 * @throws ElfError `truncated` or `bad-size` when the table is not in the file
 */
function readSections(reader: Reader, { sections: table }: Header): readonly Section[] {
  const { start, end } = sectionTable(reader, table);
  const sections: Section[] = [];
  for (let at = start; at < end; at += table.entrySize) sections.push(sectionAt(reader, at));
  return sections;
}

/** The section headers, or none where they are malformed: for use as a fallback. */
export function sectionsIfAny(reader: Reader, header: Header): readonly Section[] {
  return damageOfSections(reader, header) ? [] : readSections(reader, header);
}

/** The defect of the section table, which loaders ignore. */
export function damageOfSections(reader: Reader, { sections: table }: Header): ElfError | undefined {
  try {
    sectionTable(reader, table);
    return undefined;
  } catch (error) {
    if (error instanceof ElfError) return error;
    throw error;
  }
}

/** The number of program headers from the first section header, which has it where there are 65,535 or more. */
export function countInFirstSection(reader: Reader, { sections: table }: Header): number {
  return sectionAt(reader, rangeOfSections(reader, table, 1n).start).info;
}

/** Whether a file has only debug information: its code sections have no content. */
export function onlyDebugs(sections: readonly Section[]): boolean {
  return sections.some(({ type, flags }) => type === SHT.NOBITS && (flags & SHF_EXECINSTR) !== 0n);
}

function sectionTable(reader: Reader, table: TableOfHeaders): Range {
  if (table.offset === 0n) return { start: 0, end: 0 };
  if (table.count > 0) return rangeOfSections(reader, table, BigInt(table.count));
  // Too many for the header's field: the size field of the first section header has their number.
  return rangeOfSections(reader, table, sectionAt(reader, rangeOfSections(reader, table, 1n).start).size);
}

function rangeOfSections(reader: Reader, { offset, entrySize }: TableOfHeaders, count: bigint): Range {
  const [expected, at] = reader.bits === 64 ? [64, 58] : [40, 46];
  if (entrySize !== expected) {
    throw new ElfError('bad-size', at, `section headers have ${String(entrySize)} bytes, not ${String(expected)}`);
  }
  return reader.range(offset, count * BigInt(expected), at, 'the table of sections');
}

function sectionAt(reader: Reader, at: number): Section {
  const word = reader.bits === 64 ? 8 : 4;
  return {
    at,
    type: reader.u32(at + 4),
    flags: reader.word(at + 8),
    address: reader.word(at + 8 + word),
    offset: reader.word(at + 8 + 2 * word),
    size: reader.word(at + 8 + 3 * word),
    info: reader.u32(at + 12 + 4 * word),
    alignment: reader.word(at + 16 + 4 * word),
  };
}
