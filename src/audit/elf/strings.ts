import { ElfError } from './error.js';
import type { Range, Reader } from './reader.js';

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
  #allowance: number;

  constructor(reader: Reader, range: Range) {
    this.#reader = reader;
    this.#range = range;
    this.#allowance = reader.size;
  }

  /** The first letter of a name, as `get` would give it. */
  initial(place: number, at: number): string {
    return String.fromCharCode(this.#reader.u8(this.#startOf(place, at)));
  }

  /**
   * @param place - in bytes from the beginning of the table
   * @param at - where the place is stated
   * @throws ElfError `bad-string`
   */
  get(place: number, at: number): string {
    const known = this.#known.get(place);
    if (known !== undefined) return known;
    const name = this.#reader.string(this.#startOf(place, at), this.#range.end);
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
