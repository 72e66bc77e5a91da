import { bytesOf, nameOf } from '../path-bytes.js';

/** A path on one line, without spaces: all bytes but printable ASCII are `%XX`, and so is `%`. */
export function encodePath(path: string): string {
  let text = '';
  for (const byte of bytesOf(path)) {
    const plain = byte > 0x20 && byte < 0x7f && byte !== 0x25;
    text += plain ? String.fromCharCode(byte) : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return text;
}

export function decodePath(text: string): string {
  const bytes = text.replaceAll(/%([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  return nameOf(Buffer.from(bytes, 'latin1'));
}
