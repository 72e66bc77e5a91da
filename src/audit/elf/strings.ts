import { ElfError } from './error.js';
import type { Range, Reader } from './reader.js';

/** In bytes; larger tables are read on demand. */
const MAX_BUFFERED = 1024 * 1024;

/**
 * The names in a string table, by offset.
 *
 * Each name is read once, and all names together must not be longer than the file: otherwise a table without
 * terminators would take quadratic time.
 */
export class StringTable {
  readonly #reader: Reader;
  readonly #range: Range;
  readonly #known = new Map<number, string>();
  /** The whole table, unless it is unusually large. */
  readonly #bytes: Buffer | undefined;
  #allowance: number;

  constructor(reader: Reader, range: Range) {
    this.#reader = reader;
    this.#range = range;
    this.#allowance = reader.size;
    const size = range.end - range.start;
    this.#bytes = size <= MAX_BUFFERED ? reader.bytes(range.start, size) : undefined;
  }

  /** The first two bytes of a name as a little-endian number, the index of a `PrefixFilter`. */
  prefix(offset: number, at: number): number {
    const bytes = this.#bytes;
    if (bytes !== undefined && offset + 1 < bytes.length) return (bytes[offset] ?? 0) + ((bytes[offset + 1] ?? 0) << 8);
    const start = this.#startOf(offset, at);
    const second = start + 1 < this.#range.end ? this.#reader.u8(start + 1) : 0;
    return this.#reader.u8(start) + (second << 8);
  }

  /**
   * @param offset - in bytes, from the start of the table
   * @param at - offset in the file where `offset` is stated
   * @throws ElfError `bad-string`
   */
  get(offset: number, at: number): string {
    const known = this.#known.get(offset);
    if (known !== undefined) return known;
    const end = this.#bytes?.indexOf(0, offset) ?? -1;
    const name =
      this.#bytes && end >= 0
        ? this.#bytes.toString('utf8', offset, end)
        : this.#reader.string(this.#startOf(offset, at), this.#range.end);
    this.#allowance -= name.length;
    if (this.#allowance < 0) throw new ElfError('bad-string', at, 'the names together are longer than the file');
    this.#known.set(offset, name);
    return name;
  }

  #startOf(offset: number, at: number): number {
    const { start, end } = this.#range;
    if (offset >= end - start) throw new ElfError('bad-string', at, 'a name lies outside the table of strings');
    return start + offset;
  }
}
