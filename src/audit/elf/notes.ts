import { ElfError } from './error.js';
import type { Header } from './header.js';
import { EM } from './machines.js';
import type { Range, Reader } from './reader.js';
import { SHT, sectionsIfAny } from './sections.js';
import { PT, type Image } from './segments.js';

/** The notes of a file. */
export interface Notes {
  /** In hexadecimal digits. */
  readonly buildId: string | undefined;
  /** The x86-64 ISA level (1 to 4) that the file needs; undefined without such a note. */
  readonly x86Level: 1 | 2 | 3 | 4 | undefined;
  /** The defect that ended the reading. Loaders ignore it. */
  readonly damage: ElfError | undefined;
}

const NT_GNU_BUILD_ID = 3;
const NT_GNU_PROPERTY = 5;
const X86_NEEDED = 0xc0008002;
const MAX_BUILD_ID = 1024;

const NO_NOTES: Notes = { buildId: undefined, x86Level: undefined, damage: undefined };

/** The fields of one note. */
type NoteFields = { [Key in 'buildId' | 'x86Level']?: Notes[Key] };

/** The location of notes, from a header at `at`; unchecked. */
interface NoteTable {
  readonly at: number;
  readonly offset: bigint;
  readonly size: bigint;
  readonly alignment: bigint;
}

/** The same, checked; each note is padded to multiples of `alignment` bytes. */
interface NoteRange extends Range {
  readonly alignment: 4 | 8;
}

/**
 * The notes of the program headers. The sections' notes are used where there are no program headers, and for the build
 * identifier, which some linkers omit from the former.
 */
export function readNotes({ reader, header, segments }: Image): Notes {
  const inSegments = segments
    .filter(({ type }) => type === PT.NOTE)
    .map(({ fileSize, ...rest }) => ({ ...rest, size: fileSize }));
  const loaded = readTables(reader, header, inSegments);
  if (loaded.buildId !== undefined) return loaded;
  const inSections = sectionsIfAny(reader, header).filter(({ type }) => type === SHT.NOTE);
  const all = readTables(reader, header, inSections);
  return segments.length === 0 ? all : { ...loaded, buildId: all.buildId };
}

function readTables(reader: Reader, header: Header, tables: readonly NoteTable[]): Notes {
  const fields: NoteFields[] = [];
  let damage: ElfError | undefined;
  try {
    // In a well-formed file they do not overlap. In another one, each could be as long as the file.
    let remaining = reader.size;
    for (const { offset, size, at, alignment } of tables) {
      const range = reader.range(offset, size, at, 'a note');
      remaining -= range.end - range.start;
      if (remaining < 0) throw new ElfError('bad-note', at, 'notes overlap');
      readTable(reader, header, { ...range, alignment: alignment === 8n ? 8 : 4 }, fields);
    }
  } catch (error) {
    if (!(error instanceof ElfError)) throw error;
    damage = error;
  }
  return fields.reduce<Notes>((notes, each) => ({ ...notes, ...each }), { ...NO_NOTES, damage });
}

function readTable(reader: Reader, header: Header, { start, end, alignment }: NoteRange, fields: NoteFields[]): void {
  const padded = (length: number): number => Math.ceil(length / alignment) * alignment;
  for (let at = start; at + 12 <= end;) {
    const [nameSize, size, type] = [reader.u32(at), reader.u32(at + 4), reader.u32(at + 8)];
    const content = at + padded(12 + nameSize);
    if (content + size > end) throw new ElfError('bad-note', at, 'a note is longer than its segment');
    if (nameSize === 4 && reader.bytes(at + 12, 4).toString('latin1') === 'GNU\0') {
      const range = { start: content, end: content + size };
      if (type === NT_GNU_BUILD_ID) fields.push({ buildId: buildIdOf(reader, range) });
      if (type === NT_GNU_PROPERTY) readProperties(reader, header.machine, range, fields);
    }
    at = content + padded(size);
  }
}

function buildIdOf(reader: Reader, { start, end }: Range): string {
  if (end - start > MAX_BUILD_ID) throw new ElfError('bad-note', start, 'a build identifier is far too long');
  return reader.bytes(start, end - start).toString('hex');
}

/** Reads properties: a type, a size, and the bytes, padded to the width of an address. */
function readProperties(reader: Reader, machine: number, { start, end }: Range, fields: NoteFields[]): void {
  const width = reader.bits / 8;
  for (let at = start; at + 8 <= end;) {
    const [type, size] = [reader.u32(at), reader.u32(at + 4)];
    if (at + 8 + size > end) throw new ElfError('bad-note', at, 'a property is longer than its note');
    if (size === 4) fields.push(propertyOf(machine, type, reader.u32(at + 8)));
    at += 8 + Math.ceil(size / width) * width;
  }
}

/** The meaning of a property depends on the machine. */
function propertyOf(machine: number, type: number, bits: number): NoteFields {
  if (type !== X86_NEEDED || ![EM.I386, EM.IAMCU, EM.X86_64].includes(machine)) return {};
  return { x86Level: ([4, 3, 2, 1] as const).find((level) => (bits & (1 << (level - 1))) !== 0) };
}
