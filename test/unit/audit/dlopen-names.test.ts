import { describe, expect, it } from '@jest/globals';
import { librariesByName } from '../../../src/audit/dlopen-names.js';
import { readElf } from '../../../src/audit/elf/elf.js';
import { bufferSource } from '../../../src/audit/elf/source.js';
import { assemble } from './support/assembler.js';
import { LAYOUTS } from './support/numbers.js';

const MEBIBYTE = 1024 * 1024;
const [LOADED, CODE, CONSTANTS, VARIABLES] = [1, 5, 4, 6];

/** The names in a file of zeros with texts at some places, all of it data unless said otherwise. */
function namesIn(texts: Readonly<Record<number, string>>, size: number, data = [{ start: 0, end: size }]) {
  const bytes = Buffer.alloc(size);
  for (const [place, text] of Object.entries(texts)) bytes.write(text, Number(place));
  return librariesByName(bufferSource(bytes), data);
}

describe('librariesByName', () => {
  it('finds whole texts, sorted, each once', () => {
    expect(namesIn({ 10: 'libz.so.1', 50: 'liba-x.so.1.2', 90: 'libz.so.1' }, 200)).toEqual([
      'liba-x.so.1.2',
      'libz.so.1',
    ]);
    expect(namesIn({ 10: '/usr/lib/libz.so.1', 50: 'libz.so.x', 90: 'libz.so' }, 200)).toEqual([]);
  });

  it('finds a text with which the data begins, and none that other bytes stand before', () => {
    const texts = { 0: 'libz.so.1', 100: 'xlibb.so.1' };
    expect(namesIn(texts, 200, [{ start: 0, end: 50 }])).toEqual(['libz.so.1']);
    expect(namesIn(texts, 200, [{ start: 90, end: 200 }])).toEqual([]);
  });

  it('finds nothing outside of the data', () => {
    expect(namesIn({ 10: 'libz.so.1' }, 200, [{ start: 100, end: 200 }])).toEqual([]);
    expect(namesIn({ 10: 'libz.so.1' }, 200, [])).toEqual([]);
  });

  it('finds what lies where pieces meet, and takes no part of a text for it', () => {
    expect(namesIn({ [MEBIBYTE - 5]: 'libz.so.1' }, 2 * MEBIBYTE)).toEqual(['libz.so.1']);
    const filled = Buffer.alloc(2 * MEBIBYTE, 'x');
    filled.write('libz.so.1\0', MEBIBYTE);
    expect(librariesByName(bufferSource(filled), [{ start: 0, end: filled.length }])).toEqual([]);
  });
});

describe.each(LAYOUTS)('the data of a file of %s', (_, layout) => {
  const dataOf = (...segments: readonly { readonly flags: number; readonly offset: number; readonly size: number }[]) =>
    readElf(
      bufferSource(
        assemble({ ...layout, segments: segments.map((each) => ({ type: LOADED, address: 0x100000, ...each })) }).bytes,
      ),
    ).data;

  it('is all that is loaded where it is not apart from the code', () => {
    const [all, ...more] = dataOf();
    expect(all?.start).toBe(0);
    expect(more).toEqual([]);
  });

  it('is what is loaded beside the code where constants have a segment', () => {
    expect(dataOf({ flags: CONSTANTS, offset: 16, size: 8 }, { flags: VARIABLES, offset: 32, size: 8 })).toEqual([
      { start: 16, end: 24 },
      { start: 32, end: 40 },
    ]);
    expect(dataOf({ flags: CONSTANTS, offset: 16, size: 8 }, { flags: CODE, offset: 32, size: 8 })).toEqual([
      { start: 16, end: 24 },
    ]);
  });

  it('has no byte twice', () => {
    expect(
      dataOf(
        { flags: CONSTANTS, offset: 16, size: 16 },
        { flags: VARIABLES, offset: 24, size: 16 },
        { flags: CONSTANTS, offset: 18, size: 2 },
      ),
    ).toEqual([
      { start: 16, end: 32 },
      { start: 32, end: 40 },
    ]);
  });
});
