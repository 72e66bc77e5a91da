/**
 * The defect of a file:
 *
 * - `not-elf`: it has no ELF magic
 * - `unsupported`: a class, byte order or version that no current loader accepts
 * - `truncated`: it points beyond its own end
 * - `unmapped`: a table has an address outside all loaded segments
 * - `missing-table`: a table that another one needs is absent
 * - `bad-size`: entries of a wrong size, or a table larger than its segment
 * - `bad-string`: a string that does not end, is far too long, or is outside its table
 * - `bad-list`: a list whose entries overlap, point backwards, or have another version
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

/** A malformed ELF file. The only error that a file's content can cause. */
export class ElfError extends Error {
  override readonly name = 'ElfError';
  readonly code: ElfErrorCode;
  /** Offset of the defect in the file, in bytes. */
  readonly offset: number;

  constructor(code: ElfErrorCode, offset: number, what: string) {
    super(`${what} (at byte ${String(offset)})`);
    this.code = code;
    this.offset = offset;
  }
}
