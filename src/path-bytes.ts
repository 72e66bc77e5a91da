import { isUtf8 } from 'node:buffer';

/**
 * Names of files as text, without a loss. Linux allows any bytes in them, and a name that is not UTF-8 is decoded to
 * U+FFFD by Node, which no file has. Here each byte that is no UTF-8 becomes a lone surrogate, U+DC80 to U+DCFF, as in
 * Python's `surrogateescape`: other names are plain text, and JSON keeps both.
 */
const ESCAPES = 0xdc00;
/** The number of bytes of a character by its first byte. */
const lengthAt = (byte: number): number => (byte < 0x80 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4);

/** The text of a name's bytes. */
export function nameOf(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString('utf8');
  let text = '';
  for (let at = 0; at < bytes.length;) {
    const byte = bytes[at] ?? 0;
    const character = bytes.subarray(at, at + lengthAt(byte));
    const valid = character.length === lengthAt(byte) && isUtf8(character);
    text += valid ? character.toString('utf8') : String.fromCharCode(ESCAPES + byte);
    at += valid ? character.length : 1;
  }
  return text;
}

/** The bytes of a name's text. */
export function bytesOf(text: string): Buffer {
  if (text.isWellFormed()) return Buffer.from(text);
  const parts = Array.from(text, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return code >= ESCAPES + 0x80 && code <= ESCAPES + 0xff ? Buffer.of(code - ESCAPES) : Buffer.from(character);
  });
  return Buffer.concat(parts);
}

/** A path as the functions of `node:fs` take it. */
export function onDisk(path: string): string | Buffer {
  return path.isWellFormed() ? path : bytesOf(path);
}

/** A name for people: bytes that are no UTF-8 as `\xe9`, which terminals cannot show otherwise. */
export function shownName(text: string): string {
  if (text.isWellFormed()) return text;
  return Array.from(text, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return code >= ESCAPES && code <= ESCAPES + 0xff ? `\\x${(code - ESCAPES).toString(16)}` : character;
  }).join('');
}
