import { readElf } from '../../../../src/audit/elf/elf.js';
import { ElfError, type ElfErrorCode } from '../../../../src/audit/elf/error.js';
import { bufferSource } from '../../../../src/audit/elf/source.js';

/** The error that a file is refused with; another, or none, is a failure of the test. */
export function refusalOf(bytes: Buffer): ElfError {
  try {
    readElf(bufferSource(bytes));
  } catch (error) {
    if (error instanceof ElfError) return error;
    throw error;
  }
  throw new Error('the file was read');
}

export function codeOf(bytes: Buffer): ElfErrorCode {
  return refusalOf(bytes).code;
}
