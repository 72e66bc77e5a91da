import { ElfError } from './error.js';
import type { Header } from './header.js';
import type { Range, Reader } from './reader.js';
import { countInFirstSection, onlyDebugs, sectionsIfAny } from './sections.js';

export const PT = { LOAD: 1, DYNAMIC: 2, INTERP: 3, NOTE: 4, GNU_STACK: 0x6474e551 };
/** Flags of a segment: executable, writable. */
export const PF = { X: 1, W: 2 };
const COUNT_IS_ELSEWHERE = 0xffff;

/** One program header; only loaded segments were checked against the file. */
export interface Segment {
  /** Offset of the header in the file. */
  readonly at: number;
  readonly type: number;
  /** 1 executable, 2 writable, 4 readable. */
  readonly flags: number;
  readonly offset: bigint;
  readonly address: bigint;
  /** Bytes in the file. */
  readonly fileSize: bigint;
  /** Bytes in memory. */
  readonly memorySize: bigint;
  readonly alignment: bigint;
}

/** A file with its segments, which locate all tables. */
export interface Image {
  readonly reader: Reader;
  readonly header: Header;
  readonly segments: readonly Segment[];
  /** Whether the file has only debug information; code and data are in another file. */
  readonly debugOnly: boolean;
}

/**
 * The program headers.
 *
 * @throws ElfError `truncated` when they, or a loaded segment, lie beyond the end of the file
 */
export function readSegments(reader: Reader, header: Header): Image {
  const segments = readAll(reader, header);
  // Some tools copy the program's own headers into a debug file, with offsets that do not exist there.
  const unloaded = segments.some(({ type, fileSize, memorySize }) => {
    return type === PT.DYNAMIC && fileSize === 0n && memorySize !== 0n;
  });
  const broken = segments.find((segment) => segment.type === PT.LOAD && !fits(reader, segment));
  const debugOnly = unloaded || (broken !== undefined && onlyDebugs(sectionsIfAny(reader, header)));
  if (broken && !debugOnly) fileRange(reader, broken, 'a segment');
  return { reader, header, segments, debugOnly };
}

/** The bytes of a segment in the file. @throws ElfError `truncated` */
export function fileRange(reader: Reader, segment: Segment, what: string): Range {
  return reader.range(segment.offset, segment.fileSize, segment.at, what);
}

/**
 * The bytes from an address to the end of its segment in the file.
 *
 * @param at - offset of the statement of the address
 * @throws ElfError `unmapped` when no segment is loaded at the address
 */
export function bytesAt({ reader, segments }: Image, address: bigint, at: number, what: string): Range {
  // Where segments overlap, the later one overwrites the earlier one in memory.
  const segment = segments.findLast((each) => {
    return each.type === PT.LOAD && address >= each.address && address - each.address < each.fileSize;
  });
  if (!segment) throw new ElfError('unmapped', at, `${what} has an address at which nothing of the file is loaded`);
  const { start, end } = fileRange(reader, segment, what);
  return { start: start + Number(address - segment.address), end };
}

/**
 * The same for a table of known size.
 *
 * @throws ElfError `bad-size` when it extends beyond its segment
 */
export function tableAt(image: Image, address: bigint, size: bigint, at: number, what: string): Range {
  const { start, end } = bytesAt(image, address, at, what);
  if (size > BigInt(end - start)) throw new ElfError('bad-size', at, `${what} is larger than its segment`);
  return { start, end: start + Number(size) };
}

/**
 * The ranges of constants and variables in the file: all loaded segments but the code, or all of them where a file has
 * no segment for constants. The ranges do not overlap.
 */
export function dataRanges({ reader, segments, debugOnly }: Image): readonly Range[] {
  if (debugOnly) return [];
  const loaded = segments.filter(({ type, fileSize }) => type === PT.LOAD && fileSize > 0n);
  const apart = loaded.some(({ flags }) => (flags & (PF.X | PF.W)) === 0);
  const ranges: Range[] = [];
  let seen = 0;
  const loadedRanges = loaded
    .filter(({ flags }) => !apart || (flags & PF.X) === 0)
    .map((segment) => fileRange(reader, segment, 'a segment'))
    .sort((a, b) => a.start - b.start);
  for (const { start, end } of loadedRanges) {
    if (end > seen) ranges.push({ start: Math.max(start, seen), end });
    seen = Math.max(seen, end);
  }
  return ranges;
}

function readAll(reader: Reader, header: Header): readonly Segment[] {
  const { offset, entrySize } = header.programs;
  const count =
    header.programs.count === COUNT_IS_ELSEWHERE ? countInFirstSection(reader, header) : header.programs.count;
  if (count === 0) return [];
  const [expected, at] = reader.bits === 64 ? [56, 54] : [32, 42];
  if (entrySize !== expected) {
    throw new ElfError('bad-size', at, `program headers have ${String(entrySize)} bytes, not ${String(expected)}`);
  }
  const table = reader.range(offset, BigInt(count) * BigInt(expected), at, 'the table of program headers');
  const segments: Segment[] = [];
  for (let each = table.start; each < table.end; each += expected) segments.push(segmentAt(reader, each));
  return segments;
}

function segmentAt(reader: Reader, at: number): Segment {
  const [flags, offset, word] = reader.bits === 64 ? [4, 8, 8] : [24, 4, 4];
  const wordAt = (index: number): bigint => reader.word(at + offset + index * word);
  return {
    at,
    type: reader.u32(at),
    flags: reader.u32(at + flags),
    offset: wordAt(0),
    address: wordAt(1),
    fileSize: wordAt(3),
    memorySize: wordAt(4),
    alignment: reader.word(at + (reader.bits === 64 ? 48 : 28)),
  };
}

function fits(reader: Reader, { offset, fileSize }: Segment): boolean {
  return fileSize === 0n || offset + fileSize <= BigInt(reader.size);
}
