/** File formats, by magic bytes. */
export type FileFormat = 'elf' | 'mach-o' | 'pe' | 'archive' | 'script' | 'wasm' | 'other';

/** The number of bytes that identify a format. */
export const SNIFF_LENGTH = 1024;

const MACH_O = [0xfeedface, 0xfeedfacf];
const MACH_O_UNIVERSAL = [0xcafebabe, 0xcafebabf];

/** The lowest major version of Java class files; universal Mach-O files have fewer architectures. */
const FIRST_JAVA = 45;

/** A PE header follows a small DOS program, never a large one. */
const LARGEST_STUB = 0x10000;

/**
 * Identifies a file's format.
 *
 * @param head - the first `SNIFF_LENGTH` bytes
 */
export function sniff(head: Buffer): FileFormat {
  const text = head.toString('latin1', 0, 8);
  if (text.startsWith('\x7fELF')) return 'elf';
  if (text.startsWith('#!')) return 'script';
  if (text.startsWith('\0asm')) return 'wasm';
  if (text === '!<arch>\n' || text === '!<thin>\n') return 'archive';
  if (isMachO(head)) return 'mach-o';
  if (text.startsWith('MZ') && isPe(head)) return 'pe';
  return 'other';
}

/** Of either byte order. */
function isMachO(head: Buffer): boolean {
  if (head.length < 4) return false;
  const [big, little] = [head.readUInt32BE(0), head.readUInt32LE(0)];
  if (MACH_O.includes(big) || MACH_O.includes(little)) return true;
  if (head.length < 8) return false;
  // Java class files have the same magic; their next field, the version, is never this low.
  const isCount = (count: number): boolean => count > 0 && count < FIRST_JAVA;
  if (MACH_O_UNIVERSAL.includes(big)) return isCount(head.readUInt32BE(4));
  return MACH_O_UNIVERSAL.includes(little) && isCount(head.readUInt32LE(4));
}

/** `MZ` alone is not enough: a text may begin with it. */
function isPe(head: Buffer): boolean {
  if (head.length < 64) return false;
  const offset = head.readUInt32LE(60);
  if (offset + 4 <= head.length) return head.toString('latin1', offset, offset + 4) === 'PE\0\0';
  return head.length >= SNIFF_LENGTH && offset < LARGEST_STUB;
}
