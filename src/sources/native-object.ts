import { open } from 'node:fs/promises';
import { onDisk } from '../path-bytes.js';

const MAGIC: readonly (readonly number[])[] = [
  [0x7f, 0x45, 0x4c, 0x46], // ELF
  [0xfe, 0xed, 0xfa, 0xce], // Mach-O, 32-bit
  [0xfe, 0xed, 0xfa, 0xcf], // Mach-O, 64-bit
  [0xce, 0xfa, 0xed, 0xfe],
  [0xcf, 0xfa, 0xed, 0xfe],
  [0xca, 0xfe, 0xba, 0xbe], // Mach-O, universal
  [0x4d, 0x5a], // PE
  [0x21, 0x3c, 0x61, 0x72, 0x63, 0x68, 0x3e, 0x0a], // archive of objects
];

/** Whether a file contains machine code, by its first bytes and not by its name. */
export async function isNativeObject(path: string): Promise<boolean> {
  const file = await open(onDisk(path));
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(8), 0, 8, 0);
    return MAGIC.some((magic) => magic.length <= bytesRead && magic.every((byte, at) => buffer[at] === byte));
  } finally {
    await file.close();
  }
}
