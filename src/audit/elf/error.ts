/**
 * What is wrong with a file:
 *
 * - `not-elf`: it does not begin as an ELF file does
 * - `unsupported`: a class, byte order or version that no loader of today takes
 * - `truncated`: it points beyond its own end
 * - `unmapped`: a table has an address at which the file loads nothing
 * - `missing-table`: one table needs another that is not there
 * - `bad-size`: entries of another size than the format has, or a table larger than its segment
 * - `bad-string`: text that does not end, is far too long, or lies outside its table
 * - `bad-list`: a list whose entries overlap, run back, or are of another version
 * - `bad-note`: a note that does not fit its segment
 */
export type ElfErrorCode =
  | 'not-elf'
  | 'unsupported'
  | 'truncated'
  | 'unmapped'
  | 'missing-table'
  | 'bad-size'
  | 'bad-string'
  | 'bad-list'
  | 'bad-note';

/** A file that is not, or not wholly, what an ELF file should be. The only error that its content can cause. */
export class ElfError extends Error {
  override readonly name = 'ElfError';
  readonly code: ElfErrorCode;
  /** Where in the file the fault was seen, in bytes from its start. */
  readonly offset: number;

  constructor(code: ElfErrorCode, offset: number, what: string) {
    super(`${what} (at byte ${String(offset)})`);
    this.code = code;
    this.offset = offset;
  }
}
