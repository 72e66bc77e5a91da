import { ElfError } from './error.js';
import { Reader, type Bits, type ByteOrder } from './reader.js';
import type { Source } from './source.js';

/** The location of a table of program or section headers, from the file's header; unchecked. */
export interface TableOfHeaders {
  readonly offset: bigint;
  readonly entrySize: number;
  readonly count: number;
}

/** The first 52 or 64 bytes. */
export interface Header {
  readonly bits: Bits;
  readonly byteOrder: ByteOrder;
  /** `e_type`: 1 relocatable, 2 executable, 3 shared object or position-independent executable, 4 core. */
  readonly type: number;
  /** `e_machine`. */
  readonly machine: number;
  readonly programs: TableOfHeaders;
  /** A `count` of 0 with an offset means that the first section header has the count. */
  readonly sections: TableOfHeaders;
}

const MAGIC = [0x7f, 0x45, 0x4c, 0x46];

/**
 * The header of a file, and a reader for the rest of it.
 *
 * @throws ElfError `not-elf`, `unsupported` or `truncated`
 */
export function readHeader(source: Source): { readonly header: Header; readonly reader: Reader } {
  const unknown = new Reader(source, 32, 'little');
  const ident = unknown.bytes(0, Math.min(16, source.size));
  if (!MAGIC.every((byte, at) => ident[at] === byte)) throw new ElfError('not-elf', 0, 'this is not an ELF file');
  if (ident.length < 16) throw new ElfError('truncated', ident.length, 'the header is truncated');
  const bits = oneOf<Bits>(ident, 4, 'class', { 1: 32, 2: 64 });
  const byteOrder = oneOf<ByteOrder>(ident, 5, 'byte order', { 1: 'little', 2: 'big' });
  oneOf(ident, 6, 'version', { 1: 1 });

  const reader = unknown.as(bits, byteOrder);
  // After three words (entry point, program headers, section headers), both classes have the same layout.
  const [words, rest] = bits === 64 ? [24, 48] : [24, 36];
  const word = rest === 48 ? 8 : 4;
  const header: Header = {
    bits,
    byteOrder,
    type: reader.u16(16),
    machine: reader.u16(18),
    programs: {
      offset: reader.word(words + word),
      entrySize: reader.u16(rest + 6),
      count: reader.u16(rest + 8),
    },
    sections: {
      offset: reader.word(words + 2 * word),
      entrySize: reader.u16(rest + 10),
      count: reader.u16(rest + 12),
    },
  };
  return { header, reader };
}

function oneOf<T>(ident: Buffer, at: number, what: string, known: Readonly<Record<number, T>>): T {
  const number = ident[at] ?? 0;
  const meaning = known[number];
  if (meaning === undefined) throw new ElfError('unsupported', at, `${what} ${String(number)} is unknown`);
  return meaning;
}
