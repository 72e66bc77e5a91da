import { ElfError } from './error.js';
import type { Source } from './source.js';

/** Bytes of a file from `start` to `end`, exclusive; always inside the file. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

export type Bits = 32 | 64;
export type ByteOrder = 'little' | 'big';

const PAGE = 16 * 1024;

/** Longer than any symbol or path: a string that has not ended by then is malformed. */
const MAX_STRING = 1024 * 1024;

/**
 * Reads numbers and strings at any offset of a file.
 *
 * Pages are cached, so that no byte of them is read twice. Data that spans pages is read separately: tables, each
 * once, and occasionally a number or a name. Whatever a file contains, no other read
 * exceeds a page, and the cached pages never exceed the size of the file. A read outside the
 * file throws an `ElfError` with the code `truncated`.
 */
export class Reader {
  readonly size: number;
  readonly bits: Bits;
  readonly #source: Source;
  readonly #little: boolean;
  readonly #pages: Map<number, Buffer>;
  /** The buffer of the last read, and its offset in the file. */
  #bytes: Buffer = NOTHING;
  #numbers: DataView = viewOf(NOTHING);
  #from = 0;

  constructor(source: Source, bits: Bits, order: ByteOrder, pages = new Map<number, Buffer>()) {
    this.size = source.size;
    this.bits = bits;
    this.#source = source;
    this.#little = order === 'little';
    this.#pages = pages;
  }

  /** The same file, read as of another class and byte order. */
  as(bits: Bits, order: ByteOrder): Reader {
    return new Reader(this.#source, bits, order, this.#pages);
  }

  u8(offset: number): number {
    const at = this.#seek(offset, 1);
    return this.#numbers.getUint8(at);
  }

  u16(offset: number): number {
    const at = this.#seek(offset, 2);
    return this.#numbers.getUint16(at, this.#little);
  }

  u32(offset: number): number {
    const at = this.#seek(offset, 4);
    return this.#numbers.getUint32(at, this.#little);
  }

  u64(offset: number): bigint {
    const at = this.#seek(offset, 8);
    return this.#numbers.getBigUint64(at, this.#little);
  }

  /** An address, offset or size: 4 bytes in a 32-bit file, 8 in a 64-bit one. */
  word(offset: number): bigint {
    return this.bits === 64 ? this.u64(offset) : BigInt(this.u32(offset));
  }

  /** Whether numbers are little-endian, for `DataView`. */
  get littleEndian(): boolean {
    return this.#little;
  }

  /** A view of a range, for tables that are read completely; offsets are relative to its start. */
  view({ start, end }: Range): DataView {
    return viewOf(this.bytes(start, end - start));
  }

  /** Some bytes: a view of a cached page where they are in one, else a separate read. */
  bytes(offset: number, length: number): Buffer {
    const at = this.#seek(offset, length);
    return this.#bytes.subarray(at, at + length);
  }

  /**
   * The string from `offset` to the first zero byte, which must come before `end`.
   *
   * @throws `ElfError` `bad-string` when it does not, or when the string is longer than a mebibyte
   */
  string(offset: number, end: number): string {
    const limit = Math.min(end, this.size, offset + MAX_STRING);
    for (let from = offset; from < limit; from = nextPage(from)) {
      const until = Math.min(limit, nextPage(from));
      const at = this.#seek(from, until - from);
      const page = this.#bytes;
      const zero = page.indexOf(0, at);
      const found = from + zero - at;
      if (zero < 0 || found >= until) continue;
      return from === offset ? page.toString('utf8', at, zero) : this.bytes(offset, found - offset).toString('utf8');
    }
    throw new ElfError('bad-string', offset, limit < end ? 'a string is far too long' : 'a string does not end');
  }

  /**
   * Checks a range that the file states.
   *
   * @param at - offset of the statement
   */
  range(start: bigint, length: bigint, at: number, what: string): Range {
    const size = BigInt(this.size);
    if (start > size || length > size - start) {
      throw new ElfError('truncated', at, `${what} lies beyond the end of the file, which has ${String(size)} bytes`);
    }
    return { start: Number(start), end: Number(start + length) };
  }

  /** Makes `#bytes` contain a range, and returns its index there. Most reads are sequential and hit the last buffer. */
  #seek(offset: number, length: number): number {
    if (offset >= this.#from && offset + length <= this.#from + this.#bytes.length) return offset - this.#from;
    if (offset < 0 || offset + length > this.size) {
      throw new ElfError('truncated', offset, `${String(length)} bytes lie beyond the end of the file`);
    }
    const number = Math.floor(offset / PAGE);
    const start = number * PAGE;
    const isWithin = offset + length <= start + PAGE;
    this.#bytes = isWithin ? this.#page(number) : this.#source.read(offset, length);
    this.#numbers = viewOf(this.#bytes);
    this.#from = isWithin ? start : offset;
    return offset - this.#from;
  }

  #page(number: number): Buffer {
    const known = this.#pages.get(number);
    if (known) return known;
    const start = number * PAGE;
    const page = this.#source.read(start, Math.min(PAGE, this.size - start));
    this.#pages.set(number, page);
    return page;
  }
}

const NOTHING = Buffer.alloc(0);

/** A `DataView` of a buffer. Methods of `Buffer` are slower here: the engine has not yet compiled them. */
function viewOf({ buffer, byteOffset, byteLength }: Buffer): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}

function nextPage(offset: number): number {
  return (Math.floor(offset / PAGE) + 1) * PAGE;
}
