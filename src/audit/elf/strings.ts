import { ElfError } from './error.js';
import type { Range, Reader } from './reader.js';

/** Bytes: no name is as long, see `Reader.string`. */
const READ_AT_ONCE = 1024 * 1024;

/**
 * The names of a file, found by their place in its string table.
 *
 * Each is read once, and all together are not longer than the file: else a table without an end between its names would
 * cost the square of its size.
 */
export class StringTable {
  readonly #reader: Reader;
  readonly #range: Range;
  readonly #known = new Map<number, string>();
  /** All of the table, unless it is far larger than tables are. */
  readonly #bytes: Buffer | undefined;
  #allowance: number;

  constructor(reader: Reader, range: Range) {
    this.#reader = reader;
    this.#range = range;
    this.#allowance = reader.size;
    const size = range.end - range.start;
    this.#bytes = size <= READ_AT_ONCE ? reader.bytes(range.start, size) : undefined;
  }

  /** The first byte of a name and 256 times the byte after it, as they stand in the table. */
  beginning(place: number, at: number): number {
    const bytes = this.#bytes;
    if (bytes !== undefined && place + 1 < bytes.length) return (bytes[place] ?? 0) + ((bytes[place + 1] ?? 0) << 8);
    const start = this.#startOf(place, at);
    const second = start + 1 < this.#range.end ? this.#reader.u8(start + 1) : 0;
    return this.#reader.u8(start) + (second << 8);
  }

  /**
   * @param place - in bytes from the beginning of the table
   * @param at - where the place is stated
   * @throws ElfError `bad-string`
   */
  get(place: number, at: number): string {
    const known = this.#known.get(place);
    if (known !== undefined) return known;
    const end = this.#bytes?.indexOf(0, place) ?? -1;
    const name =
      this.#bytes && end >= 0
        ? this.#bytes.toString('utf8', place, end)
        : this.#reader.string(this.#startOf(place, at), this.#range.end);
    this.#allowance -= name.length;
    if (this.#allowance < 0) throw new ElfError('bad-string', at, 'the names together are longer than the file');
    this.#known.set(place, name);
    return name;
  }

  #startOf(place: number, at: number): number {
    const { start, end } = this.#range;
    if (place >= end - start) throw new ElfError('bad-string', at, 'a name lies outside the table of strings');
    return start + place;
  }
}
