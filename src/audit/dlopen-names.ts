import type { Source } from './elf/source.js';
import { chunksOf } from './search-bytes.js';

const NAME = /^lib[\w+.-]{1,60}\.so\.\d[\d.]{0,20}$/;
const LONGEST = 90;
const ENDING = Buffer.from('.so.');

/**
 * Names of libraries with a version, such as `libsctp.so.1`, that stand as whole texts in a file: what `dlopen` may be
 * given. Sorted.
 */
export function librariesByName(content: Source): readonly string[] {
  const names = new Set<string>();
  for (const chunk of chunksOf(content)) {
    // A search for fixed bytes is many times faster than a pattern that begins anywhere.
    for (let at = chunk.indexOf(ENDING); at >= 0; at = chunk.indexOf(ENDING, at + 1)) {
      const [start, end] = [chunk.lastIndexOf(0, at), chunk.indexOf(0, at)];
      if (start < 0 || end < 0 || end - start > LONGEST) continue;
      const name = chunk.toString('latin1', start + 1, end);
      if (NAME.test(name)) names.add(name);
    }
  }
  return [...names].sort();
}
