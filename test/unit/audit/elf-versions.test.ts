import { describe, expect, it } from '@jest/globals';
import { readElf } from '../../../src/audit/elf/elf.js';
import { bufferSource } from '../../../src/audit/elf/source.js';
import { assemble, patched, type Plan } from './support/assembler.js';
import { LAYOUTS } from './support/numbers.js';
import { codeOf, refusalOf } from './support/refused.js';

const read = (bytes: Buffer) => readElf(bufferSource(bytes));

const [DT_VERNEED, DT_VERDEF] = [0x6ffffffe, 0x6ffffffc];
const WEAK = 2;

describe.each(LAYOUTS)('the versions of a file of %s', (_, layout) => {
  const needing: Plan = {
    ...layout,
    needs: [
      {
        library: 'libc.so.6',
        versions: [
          { name: 'GLIBC_2.2.5', index: 2 },
          { name: 'GLIBC_2.34', index: 5, flags: WEAK },
        ],
      },
      { library: 'libm.so.6', versions: [{ name: 'GLIBC_2.29', index: 0x8003 }] },
    ],
  };
  const defining: Plan = {
    ...layout,
    definitions: [
      { names: ['libx.so.1'], index: 1, flags: 1 },
      { names: ['X_1'], index: 2 },
      { names: ['X_2', 'X_1', 'X_0'], index: 3, flags: WEAK },
    ],
  };
  const needs = assemble(needing);
  const definitions = assemble(defining);
  const { u16, u32 } = needs.numbers;

  it('that it needs are given by library', () => {
    expect(read(needs.bytes).versionNeeds).toEqual([
      {
        library: 'libc.so.6',
        versions: [
          { name: 'GLIBC_2.2.5', weak: false, index: 2 },
          { name: 'GLIBC_2.34', weak: true, index: 5 },
        ],
      },
      { library: 'libm.so.6', versions: [{ name: 'GLIBC_2.29', weak: false, index: 3 }] },
    ]);
  });

  it('that it defines are given by their names', () => {
    expect(read(definitions.bytes).versionDefinitions).toMatchObject([
      { name: 'libx.so.1', index: 1, base: true, weak: false },
      { name: 'X_1', index: 2, base: false, weak: false },
      { name: 'X_2', index: 3, base: false, weak: true },
    ]);
  });

  it('are none where it has none', () => {
    const { bytes } = assemble({ ...layout, soname: 'libx.so.1' });
    expect(read(bytes)).toMatchObject({ versionNeeds: [], versionDefinitions: [] });
  });

  it('are as many as are linked, whatever their counts say', () => {
    const huge = patched(needs.bytes, needs.at('needs') + 2, u16(0xffff));
    expect(read(huge).versionNeeds).toEqual(read(needs.bytes).versionNeeds);
  });

  // From one library to the next, from one version to the next, and the same for definitions.
  it.each([
    ['libraries', needs, 'needs', 12],
    ['needed versions', needs, 'needs', 16 + 12],
    ['definitions', definitions, 'definitions', 16],
    ['names', definitions, 'definitions', 20 + 28 + 28 + 4],
  ] as const)(
    'with a list of %s that runs back, on itself or out of its segment are refused',
    (_, file, piece, next) => {
      const at = file.at(piece) + next;
      for (const step of [1, 4, 7]) expect(codeOf(patched(file.bytes, at, u32(step)))).toBe('bad-list');
      for (const step of [-1, -16, -20, file.bytes.length]) {
        expect(codeOf(patched(file.bytes, at, u32(step)))).toBe('bad-list');
      }
    },
  );

  it('with lists that share their entries end', () => {
    // Every other library's list begins at the first: read each time, they would cost the square of the file.
    const many = Array.from({ length: 500 }, (_, index) => ({ name: `V${String(index)}`, index }));
    const library = { library: 'x', versions: many };
    const { bytes, at } = assemble({ ...layout, needs: [library, library, library, library] });
    const second = at('needs') + 16 + 16 * many.length;
    const back = patched(bytes, at('needs') + 16 + 16 * (many.length - 1) + 12, u32(16 + 16));
    const shared = patched(back, second + 16 + 16 * (many.length - 1) + 12, u32(16 + 16));
    expect(read(bytes).versionNeeds.map(({ versions }) => versions.length)).toEqual([500, 500, 500, 500]);
    expect(codeOf(shared)).toBe('bad-list');
  });

  it('of another format are refused', () => {
    const error = refusalOf(patched(needs.bytes, needs.at('needs'), u16(2)));
    expect(error).toMatchObject({ code: 'bad-list', offset: needs.at('needs') });
    expect(codeOf(patched(definitions.bytes, definitions.at('definitions'), u16(0)))).toBe('bad-list');
  });

  it('that are not in what is loaded are refused', () => {
    const { word } = needs.numbers;
    expect(codeOf(patched(needs.bytes, needs.valueAt(DT_VERNEED), word(0)))).toBe('unmapped');
    expect(codeOf(patched(definitions.bytes, definitions.valueAt(DT_VERDEF), word(-1)))).toBe('unmapped');
    const end = 0x10000 + needs.bytes.length;
    expect(codeOf(patched(needs.bytes, needs.valueAt(DT_VERNEED), word(end - 4)))).toBe('bad-list');
  });

  it('with a name outside of the strings are refused', () => {
    const names = [needs.at('needs') + 4, needs.at('needs') + 16 + 8];
    for (const at of names) expect(codeOf(patched(needs.bytes, at, u32(0xffffff)))).toBe('bad-string');
    const name = definitions.at('definitions') + 20;
    expect(codeOf(patched(definitions.bytes, name, u32(0xffffff)))).toBe('bad-string');
  });
});
