import type { Range } from './elf/reader.js';
import type { Source } from './elf/source.js';
import { chunksOf } from './search-bytes.js';

const NAME = /^lib[\w+.-]{1,60}\.so\.\d[\d.]{0,20}$/;
const LONGEST = 90;
const ENDING = Buffer.from('.so.');

/**
 * Names of libraries with a version, such as `libsctp.so.1`, that stand as whole texts in a file: what `dlopen` may be
 * given. Sorted.
 *
 * @param data - where in the file texts can be; see `ElfFile.data`
 */
export function librariesByName(content: Source, data: readonly Range[]): readonly string[] {
  const names = new Set<string>();
  for (const range of data) {
    let isFirst = true;
    for (const chunk of chunksOf(content, range)) {
      // A search for fixed bytes is many times faster than a pattern that begins anywhere.
      for (let at = chunk.indexOf(ENDING); at >= 0; at = chunk.indexOf(ENDING, at + 1)) {
        const [start, end] = [chunk.lastIndexOf(0, at), chunk.indexOf(0, at)];
        if ((start < 0 && !isFirst) || end < 0 || end - start > LONGEST) continue;
        const name = chunk.toString('latin1', start + 1, end);
        if (NAME.test(name)) names.add(name);
      }
      isFirst = false;
    }
  }
  return [...names].sort();
}
