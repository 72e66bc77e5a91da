import type { Source } from './elf/source.js';
import { piecesOf } from './search-bytes.js';

/**
 * Names of libraries with a version, such as `libsctp.so.1`, that stand as whole texts in a file: what `dlopen` may be
 * given. Sorted.
 */
export function librariesByName(content: Source): readonly string[] {
  const names = new Set<string>();
  for (const piece of piecesOf(content)) {
    for (const [, name] of piece.matchAll(/\0(lib[\w+.-]{1,60}\.so\.\d[\d.]{0,20})(?=\0)/g)) {
      if (name !== undefined) names.add(name);
    }
  }
  return [...names].sort();
}
