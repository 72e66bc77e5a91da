import type { Range } from './elf/reader.js';
import type { Source } from './elf/source.js';
import { chunksOf } from './search-bytes.js';

const NAME = /^lib[\w+.-]{1,60}\.so\.\d[\d.]{0,20}$/;
const MAX_LENGTH = 90;
const SUFFIX = Buffer.from('.so.');

/**
 * Names of libraries with a version, such as `libsctp.so.1`, that are whole strings in a file: possible arguments of
 * `dlopen`. Sorted.
 *
 * @param data - the ranges of the file that can contain strings; see `ElfFile.data`
 */
export function librariesByName(content: Source, data: readonly Range[]): readonly string[] {
  const names = new Set<string>();
  for (const range of data) {
    let isFirst = true;
    for (const chunk of chunksOf(content, range)) {
      // A search for fixed bytes is many times faster than an unanchored pattern.
      for (let at = chunk.indexOf(SUFFIX); at >= 0; at = chunk.indexOf(SUFFIX, at + 1)) {
        const [start, end] = [chunk.lastIndexOf(0, at), chunk.indexOf(0, at)];
        if ((start < 0 && !isFirst) || end < 0 || end - start > MAX_LENGTH) continue;
        const name = chunk.toString('latin1', start + 1, end);
        if (NAME.test(name)) names.add(name);
      }
      isFirst = false;
    }
  }
  return [...names].sort();
}
