import { describe, expect, it } from '@jest/globals';
import { readElf } from '../../../src/audit/elf/elf.js';
import { bufferSource } from '../../../src/audit/elf/source.js';
import { prefixFilter } from '../../../src/audit/elf/symbols.js';
import { assemble, patched, type Plan } from './support/assembler.js';
import { LAYOUTS } from './support/numbers.js';
import type { PlannedSymbol } from './support/tables.js';
import { codeOf } from './support/refused.js';

const read = (plan: Plan) => readElf(bufferSource(assemble(plan).bytes));

const [DT_HASH, DT_SYMTAB, DT_SYMENT, DT_VERSYM] = [4, 6, 11, 0x6ffffff0];
const [DT_RELA, DT_RELASZ] = [7, 8];
const DT_MIPS_SYMTABNO = 0x70000011;
const [LOCAL, WEAK, UNIQUE] = [0, 2, 10];
const [INTERNAL, HIDDEN, PROTECTED] = [1, 2, 3];
const NOT_DEFAULT = 0x8000;
const SHT_DYNSYM = 11;
const [MIPS, S390, ALPHA] = [8, 22, 0x9026];

const unversioned = { version: undefined, library: undefined };

const undefinedFirst = (symbols: readonly PlannedSymbol[]): readonly PlannedSymbol[] =>
  symbols.toSorted((a, b) => Number(a.defined ?? false) - Number(b.defined ?? false));

/** Of those that are wanted and offered below. */
const FIRST_DEFINED = 3;

describe.each(LAYOUTS)('the symbols of a file of %s', (_, layout) => {
  const wanted: readonly PlannedSymbol[] = [
    { name: 'enif_make_int' },
    { name: '__gmon_start__', binding: WEAK },
    { name: 'nif_init', defined: true },
  ];

  it('are wanted or offered, by name', () => {
    expect(read({ ...layout, symbols: wanted })).toMatchObject({
      undefinedSymbols: [
        { name: 'enif_make_int', weak: false, ...unversioned },
        { name: '__gmon_start__', weak: true, ...unversioned },
      ],
      exportedSymbols: [{ name: 'nif_init', weak: false, ...unversioned }],
    });
  });

  it('are offered where others can see them', () => {
    const { exportedSymbols, undefinedSymbols } = read({
      ...layout,
      symbols: [
        { name: 'local', binding: LOCAL, defined: true },
        { name: 'weak', binding: WEAK, defined: true },
        { name: 'unique', binding: UNIQUE, defined: true },
        { name: 'internal', visibility: INTERNAL, defined: true },
        { name: 'hidden', visibility: HIDDEN, defined: true },
        { name: 'protected', visibility: PROTECTED, defined: true },
        { name: '', defined: true },
        { name: '' },
        { name: 'absent', visibility: HIDDEN },
      ],
    });
    expect(exportedSymbols.map(({ name, weak }) => [name, weak])).toEqual([
      ['weak', true],
      ['unique', false],
      ['protected', false],
    ]);
    expect(undefinedSymbols.map(({ name }) => name)).toEqual(['absent']);
  });

  it('have the versions that their numbers stand for', () => {
    const { undefinedSymbols, exportedSymbols } = read({
      ...layout,
      needs: [{ library: 'libc.so.6', versions: [{ name: 'GLIBC_2.34', index: 3 }] }],
      definitions: [
        { names: ['libx.so'], index: 1, flags: 1 },
        { names: ['X_1'], index: 2 },
      ],
      symbols: [
        { name: 'needed', version: 3 },
        { name: 'anybody', version: 1 },
        { name: 'nobody', version: 9 },
        { name: 'current', defined: true, version: 2 },
        { name: 'older', defined: true, version: 2 | NOT_DEFAULT },
        { name: 'plain', defined: true, version: 1 },
        { name: 'copied', defined: true, version: 3 },
      ],
    });
    expect(undefinedSymbols).toEqual([
      { name: 'needed', weak: false, version: 'GLIBC_2.34', library: 'libc.so.6' },
      { name: 'anybody', weak: false, ...unversioned },
      { name: 'nobody', weak: false, ...unversioned },
    ]);
    expect(exportedSymbols).toEqual([
      { name: 'current', weak: false, version: 'X_1', library: undefined },
      { name: 'older', weak: false, version: 'X_1', library: undefined },
      { name: 'plain', weak: false, ...unversioned },
      { name: 'copied', weak: false, version: 'GLIBC_2.34', library: 'libc.so.6' },
    ]);
  });

  it.each(['sysv', 'gnu'] as const)('are counted by the %s hash table', (hash) => {
    expect(read({ ...layout, symbols: wanted, hash })).toMatchObject({
      undefinedSymbols: [{ name: 'enif_make_int' }, { name: '__gmon_start__' }],
      exportedSymbols: [{ name: 'nif_init' }],
    });
  });

  it('are read where their names begin as asked, and the other undefined ones are counted', () => {
    const symbols = [
      ...wanted,
      { name: 'malloc' },
      { name: 'optional', binding: WEAK },
      { name: 'offered', defined: true },
      { name: 'enough', defined: true },
      { name: 'm' },
    ];
    const {
      undefinedSymbols,
      exportedSymbols,
      skippedUndefined: passedOver,
    } = readElf(
      bufferSource(assemble({ ...layout, symbols: undefinedFirst(symbols) }).bytes),
      prefixFilter({ undefined: ['en', '__'], exported: ['ni'] }),
    );
    expect(undefinedSymbols.map(({ name }) => name).sort()).toEqual(['__gmon_start__', 'enif_make_int']);
    expect(exportedSymbols.map(({ name }) => name)).toEqual(['nif_init']);
    expect(passedOver).toBe(2);
    expect(read({ ...layout, symbols }).skippedUndefined).toBe(0);
  });

  it('are told by how their names begin in a table of any size', () => {
    const long = { name: 'm'.repeat(1100 * 1000) };
    const symbols = undefinedFirst([...wanted, long, { name: 'e' }]);
    const file = bufferSource(assemble({ ...layout, symbols }).bytes);
    const { undefinedSymbols, skippedUndefined: passedOver } = readElf(
      file,
      prefixFilter({ undefined: ['en'], exported: [] }),
    );
    expect(undefinedSymbols.map(({ name }) => name)).toEqual(['enif_make_int']);
    expect(passedOver).toBe(2);
  });

  const onlyWanted: Plan = { ...layout, symbols: [{ name: 'a' }, { name: 'b' }, { name: 'c' }], hash: 'gnu' };
  const names = (plan: Plan): readonly string[] => read(plan).undefinedSymbols.map(({ name }) => name);

  it('are counted by the sections where no hash table has them', () => {
    const sections = [{ type: SHT_DYNSYM, piece: 'symbols' }];
    expect(names({ ...onlyWanted, sections })).toEqual(['a', 'b', 'c']);
    expect(names({ ...onlyWanted, sections, hash: 'none' })).toEqual(['a', 'b', 'c']);
    expect(names({ ...onlyWanted, sections: [{ type: SHT_DYNSYM, piece: 'strings' }] })).toEqual([]);
  });

  it('are counted by the sections where the GNU hash table has no bucket with any', () => {
    const file = assemble({ ...onlyWanted, sections: [{ type: SHT_DYNSYM, piece: 'symbols' }] });
    const empty = patched(file.bytes, file.at('hash') + 4, file.numbers.u32(0));
    expect(readElf(bufferSource(empty)).undefinedSymbols.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
  });

  it('are counted without buckets that name symbols outside of the GNU hash table', () => {
    const file = assemble({ ...layout, symbols: wanted, hash: 'gnu' });
    const bucket = file.at('hash') + 16 + file.numbers.width;
    const { undefinedSymbols, exportedSymbols } = readElf(
      bufferSource(patched(file.bytes, bucket, file.numbers.u32(1))),
    );
    expect([undefinedSymbols.length, exportedSymbols.length]).toEqual([2, 0]);
  });

  it('are counted by the relocations where nothing else has them', () => {
    expect(names({ ...onlyWanted, relocations: [2, 1] })).toEqual(['a', 'b']);
    expect(names({ ...onlyWanted, relocations: [3], hash: 'none' })).toEqual(['a', 'b', 'c']);
    expect(names({ ...onlyWanted, relocations: [] })).toEqual([]);
    expect(
      names({
        ...onlyWanted,
        tags: [
          [DT_RELA, 0],
          [DT_RELASZ, 0],
        ],
      }),
    ).toEqual([]);
    expect(codeOf(assemble({ ...onlyWanted, relocations: [0xffff] }).bytes)).toBe('bad-size');
  });

  it('are counted by an entry on MIPS', () => {
    expect(names({ ...onlyWanted, machine: MIPS, hash: 'none', tags: [[DT_MIPS_SYMTABNO, 3]] })).toEqual(['a', 'b']);
    expect(names({ ...onlyWanted, hash: 'none', tags: [[DT_MIPS_SYMTABNO, 3]] })).toEqual([]);
  });

  it.each([
    ['S/390', S390],
    ['Alpha', ALPHA],
  ])('are counted by the hash table of %s', (_, machine) => {
    expect(names({ ...onlyWanted, machine, hash: 'sysv-wide' })).toEqual(['a', 'b', 'c']);
  });

  const { bytes, numbers, at, valueAt } = assemble({ ...layout, symbols: [...wanted, { name: 'x', version: 1 }] });
  const { u32, word } = numbers;

  it('of another size are refused', () => {
    const plan: Plan = { ...layout, symbols: wanted };
    expect(read({ ...plan, tags: [[DT_SYMENT, numbers.symbolSize]] }).exportedSymbols).toHaveLength(1);
    expect(codeOf(assemble({ ...plan, tags: [[DT_SYMENT, numbers.symbolSize + 1]] }).bytes)).toBe('bad-size');
  });

  it('that are far too many are refused', () => {
    expect(codeOf(patched(bytes, at('hash') + 4, u32(0xffffffff)))).toBe('bad-size');
    expect(codeOf(patched(bytes, at('hash') + 4, u32(bytes.length)))).toBe('bad-size');
  });

  it('that are none at all are none', () => {
    const none = readElf(bufferSource(patched(bytes, at('hash') + 4, u32(0))));
    expect(none).toMatchObject({ undefinedSymbols: [], exportedSymbols: [] });
  });

  it('with tables that are not in what is loaded are refused', () => {
    for (const tag of [DT_HASH, DT_SYMTAB, DT_VERSYM]) {
      expect(codeOf(patched(bytes, valueAt(tag), word(0x10)))).toBe('unmapped');
      expect(codeOf(patched(bytes, valueAt(tag), word(0x10000 + bytes.length - 1)))).toBe('bad-size');
    }
  });

  it('with a name outside of the strings are refused', () => {
    expect(codeOf(patched(bytes, at('symbols') + numbers.symbolSize, u32(0xfffffff)))).toBe('bad-string');
  });

  it('with a GNU hash table that is not as it should be are refused', () => {
    const file = assemble({ ...layout, symbols: wanted, hash: 'gnu' });
    const table = file.at('hash');
    const [bucketCount, filterSize] = [table, table + 8];
    const bucket = table + 16 + numbers.width;
    const chain = bucket + 4;
    expect(codeOf(patched(file.bytes, bucketCount, u32(0xffffffff)))).toBe('bad-size');
    expect(codeOf(patched(file.bytes, filterSize, u32(0xffffffff)))).toBe('unmapped');
    expect(codeOf(patched(file.bytes, bucket, u32(0xffffffff)))).toBe('unmapped');
    // The dynamic section ends the segment, and its last entry is zero: no chain ends there.
    const endless = (file.bytes.length - 4 - chain) / 4 + FIRST_DEFINED;
    expect(codeOf(patched(file.bytes, bucket, u32(endless)))).toBe('bad-size');
    expect(codeOf(patched(file.bytes, bucket, u32(endless + 1)))).toBe('unmapped');
  });

  it('with names that together are longer than the file are refused', () => {
    // Each begins one byte after the one before, and all end with the table.
    const long = 'x'.repeat(20_000);
    const symbols = Array.from({ length: 10_000 }, (_, index) => ({ name: index === 0 ? long : '' }));
    const file = assemble({ ...layout, symbols });
    const [first, size] = [file.at('symbols'), numbers.symbolSize];
    const info = layout.bits === 64 ? 4 : 12;
    for (let index = 1; index < symbols.length; index += 1) {
      u32(index).copy(file.bytes, first + index * size);
      file.bytes[first + index * size + info] = 0x11;
    }
    expect(codeOf(file.bytes)).toBe('bad-string');
  });
});
