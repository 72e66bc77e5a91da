import type { Source } from './elf/source.js';
import { piecesOf } from './search-bytes.js';

const NAME = /^lib[\w+.-]{1,60}\.so\.\d[\d.]{0,20}$/;
const LONGEST = 90;

/**
 * Names of libraries with a version, such as `libsctp.so.1`, that stand as whole texts in a file: what `dlopen` may be
 * given. Sorted.
 */
export function librariesByName(content: Source): readonly string[] {
  const names = new Set<string>();
  for (const piece of piecesOf(content)) {
    // A search for a fixed text is many times faster than a pattern that begins anywhere.
    for (let at = piece.indexOf('.so.'); at >= 0; at = piece.indexOf('.so.', at + 1)) {
      const [start, end] = [piece.lastIndexOf('\0', at), piece.indexOf('\0', at)];
      if (start < 0 || end < 0 || end - start > LONGEST) continue;
      const name = piece.slice(start + 1, end);
      if (NAME.test(name)) names.add(name);
    }
  }
  return [...names].sort();
}
