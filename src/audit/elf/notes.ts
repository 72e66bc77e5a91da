import { ElfError } from './error.js';
import type { Header } from './header.js';
import { EM } from './machines.js';
import type { Range, Reader } from './reader.js';
import { SHT, sectionsIfAny } from './sections.js';
import { PT, type Image } from './segments.js';

/** What the notes of a file say of it. */
export interface Notes {
  /** In hexadecimal digits. */
  readonly buildId: string | undefined;
  /** The level of x86-64 (1 to 4) that the file says it needs; undefined where it says nothing. */
  readonly x86Level: 1 | 2 | 3 | 4 | undefined;
  /** Why they were not read to the end. No loader minds. */
  readonly damage: ElfError | undefined;
}

const NT_GNU_BUILD_ID = 3;
const NT_GNU_PROPERTY = 5;
const X86_NEEDED = 0xc0008002;
const LONGEST_BUILD_ID = 1024;

const NOTHING_SAID: Notes = { buildId: undefined, x86Level: undefined, damage: undefined };

/** What one note says. */
type Saying = { [Key in 'buildId' | 'x86Level']?: Notes[Key] };

/** Where notes are, as a header at `at` states it. */
interface Place {
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
 * The notes of the program headers. Those of the sections count where there are no program headers, and for the build
 * identifier, which some linkers leave out of the former.
 */
export function readNotes({ reader, header, segments }: Image): Notes {
  const inSegments = segments
    .filter(({ type }) => type === PT.NOTE)
    .map(({ fileSize, ...rest }) => ({ ...rest, size: fileSize }));
  const loaded = readPlaces(reader, header, inSegments);
  if (loaded.buildId !== undefined) return loaded;
  const inSections = sectionsIfAny(reader, header).filter(({ type }) => type === SHT.NOTE);
  const all = readPlaces(reader, header, inSections);
  return segments.length === 0 ? all : { ...loaded, buildId: all.buildId };
}

function readPlaces(reader: Reader, header: Header, places: readonly Place[]): Notes {
  const said: Saying[] = [];
  let damage: ElfError | undefined;
  try {
    // In a file that is whole they do not overlap; in another, each could be as long as the file.
    let sandbox = reader.size;
    for (const { offset, size, at, alignment } of places) {
      const range = reader.range(offset, size, at, 'a note');
      sandbox -= range.end - range.start;
      if (sandbox < 0) throw new ElfError('bad-note', at, 'notes overlap');
      readPlace(reader, header, { ...range, alignment: alignment === 8n ? 8 : 4 }, said);
    }
  } catch (error) {
    if (!(error instanceof ElfError)) throw error;
    damage = error;
  }
  return said.reduce<Notes>((notes, each) => ({ ...notes, ...each }), { ...NOTHING_SAID, damage });
}

function readPlace(reader: Reader, header: Header, { start, end, alignment }: NoteRange, said: Saying[]): void {
  const padded = (length: number): number => Math.ceil(length / alignment) * alignment;
  for (let at = start; at + 12 <= end;) {
    const [nameSize, size, type] = [reader.u32(at), reader.u32(at + 4), reader.u32(at + 8)];
    const content = at + padded(12 + nameSize);
    if (content + size > end) throw new ElfError('bad-note', at, 'a note is longer than its segment');
    if (nameSize === 4 && reader.bytes(at + 12, 4).toString('latin1') === 'GNU\0') {
      const range = { start: content, end: content + size };
      if (type === NT_GNU_BUILD_ID) said.push({ buildId: buildIdOf(reader, range) });
      if (type === NT_GNU_PROPERTY) readProperties(reader, header.machine, range, said);
    }
    at = content + padded(size);
  }
}

function buildIdOf(reader: Reader, { start, end }: Range): string {
  if (end - start > LONGEST_BUILD_ID) throw new ElfError('bad-note', start, 'a build identifier is far too long');
  return reader.bytes(start, end - start).toString('hex');
}

/** Properties: a type, a size, and so many bytes, padded to the width of an address. */
function readProperties(reader: Reader, machine: number, { start, end }: Range, said: Saying[]): void {
  const width = reader.bits / 8;
  for (let at = start; at + 8 <= end;) {
    const [type, size] = [reader.u32(at), reader.u32(at + 4)];
    if (at + 8 + size > end) throw new ElfError('bad-note', at, 'a property is longer than its note');
    if (size === 4) said.push(propertyOf(machine, type, reader.u32(at + 8)));
    at += 8 + Math.ceil(size / width) * width;
  }
}

/** The same number means something else on other machines. */
function propertyOf(machine: number, type: number, bits: number): Saying {
  if (type !== X86_NEEDED || ![EM.I386, EM.IAMCU, EM.X86_64].includes(machine)) return {};
  return { x86Level: ([4, 3, 2, 1] as const).find((level) => (bits & (1 << (level - 1))) !== 0) };
}
