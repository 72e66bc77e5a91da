import { describe, expect, it } from '@jest/globals';
import { readElf } from '../../../src/audit/elf/elf.js';
import { bufferSource } from '../../../src/audit/elf/source.js';
import { assemble, patched, type Plan } from './support/assembler.js';
import { LAYOUTS, numbersOf } from './support/numbers.js';
import { note, property } from './support/tables.js';

const read = (plan: Plan) => readElf(bufferSource(assemble(plan).bytes));

const [ABI_TAG, BUILD_ID, PROPERTIES] = [1, 3, 5];
const [X86_NEEDED, X86_USED] = [0xc0008002, 0xc0010002];
const [X86_64, AARCH64, S390] = [62, 183, 22];
const SHT_NOTE = 7;
const identifier = Buffer.from('0123456789abcdef', 'hex');

describe.each(LAYOUTS)('the notes of a file of %s', (_, layout) => {
  const numbers = numbersOf(layout);
  const properties = (...all: readonly (readonly [number, number])[]): Buffer =>
    note(
      numbers,
      PROPERTIES,
      Buffer.concat(all.map(([type, bits]) => property(numbers, type, bits))),
      'GNU',
      numbers.width,
    );
  const buildId = note(numbers, BUILD_ID, identifier);

  it('have the build identifier, after others', () => {
    const others = [
      note(numbers, BUILD_ID, Buffer.from('no identifier'), 'Go'),
      note(numbers, BUILD_ID, Buffer.from('another'), 'GNUC'),
      note(numbers, ABI_TAG, Buffer.alloc(16)),
      note(numbers, 99, Buffer.alloc(0)),
    ];
    expect(read({ ...layout, notes: Buffer.concat([...others, buildId]) })).toMatchObject({
      buildId: '0123456789abcdef',
      x86Level: undefined,
      damage: [],
    });
  });

  it('may say nothing', () => {
    expect(read(layout)).toMatchObject({ buildId: undefined, x86Level: undefined, damage: [] });
    expect(read({ ...layout, notes: Buffer.alloc(0) })).toMatchObject({ buildId: undefined, damage: [] });
  });

  it.each([
    [0b0001, 1],
    [0b0011, 2],
    [0b0111, 3],
    [0b0100, 3],
    [0b1111, 4],
    [0b10000, undefined],
    [0, undefined],
  ])('need for the bits %d the x86-64 level %s', (bits, level) => {
    const notes = properties([X86_USED, 0b1111], [X86_NEEDED, bits]);
    expect(read({ ...layout, notes, noteAlignment: numbers.width, machine: X86_64 }).x86Level).toBe(level);
  });

  it('need no level for the bits of another machine', () => {
    const notes = properties([X86_NEEDED, 0b1111]);
    for (const machine of [AARCH64, S390]) {
      expect(read({ ...layout, notes, noteAlignment: numbers.width, machine }).x86Level).toBeUndefined();
    }
  });

  it('are padded as their segment says', () => {
    const wide = note(numbers, ABI_TAG, Buffer.alloc(4), 'GNU', 8);
    const notes = Buffer.concat([wide, note(numbers, BUILD_ID, identifier, 'GNU', 8)]);
    expect(read({ ...layout, notes, noteAlignment: 8 }).buildId).toBe('0123456789abcdef');
    expect(
      read({ ...layout, notes: Buffer.concat([note(numbers, 9, Buffer.alloc(1)), buildId]), noteAlignment: 1 }),
    ).toMatchObject({
      buildId: '0123456789abcdef',
    });
  });

  it('are found by the sections of an object that is not linked', () => {
    const plan = assemble({ ...layout, notes: buildId, sections: [{ type: SHT_NOTE, piece: 'notes' }] });
    const count = layout.bits === 64 ? 56 : 44;
    const object = patched(patched(plan.bytes, count, numbers.u16(0)), 16, numbers.u16(1));
    expect(readElf(bufferSource(object))).toMatchObject({ kind: 'relocatable', buildId: '0123456789abcdef' });
  });

  it('have the build identifier of a section that is in no segment, and nothing else of it', () => {
    const notes = Buffer.concat([properties([X86_NEEDED, 1]), buildId]);
    const plan = assemble({ ...layout, notes, sections: [{ type: SHT_NOTE, piece: 'notes' }] });
    const bytes = patched(plan.bytes, plan.segmentAt(4), numbers.u32(0));
    expect(readElf(bufferSource(bytes))).toMatchObject({ buildId: '0123456789abcdef', x86Level: undefined });
  });

  it.each<[string, Buffer]>([
    ['longer than its segment', note(numbers, BUILD_ID, identifier).subarray(0, -1)],
    ['of a name that is far too long', Buffer.concat([numbers.u32(0xffffffff), numbers.u32(0), numbers.u32(3)])],
    ['of a content that is far too long', Buffer.concat([numbers.u32(0), numbers.u32(0xffffffff), numbers.u32(3)])],
    ['with a build identifier that is far too long', note(numbers, BUILD_ID, Buffer.alloc(1025))],
    ['with a property longer than itself', note(numbers, PROPERTIES, Buffer.concat([numbers.u32(1), numbers.u32(1)]))],
  ])('with one %s are damaged, which no loader minds', (_, broken) => {
    const { needed, buildId: found, damage } = read({ ...layout, needed: ['libc.so.6'], notes: broken });
    expect({ needed, found }).toEqual({ needed: ['libc.so.6'], found: undefined });
    expect(damage).toMatchObject([{ name: 'ElfError', code: 'bad-note' }]);
  });

  it('that lie beyond the end of the file are damaged', () => {
    const plan = assemble({ ...layout, notes: buildId });
    const size = plan.segmentAt(4) + (layout.bits === 64 ? 32 : 16);
    const bytes = patched(plan.bytes, size, numbers.word(-1));
    expect(readElf(bufferSource(bytes)).damage).toMatchObject([{ code: 'truncated', offset: plan.segmentAt(4) }]);
  });

  it('that overlap are damaged, and not read again and again', () => {
    const notes = Buffer.alloc(120_000);
    const over = (offset: number): Plan => ({
      ...layout,
      notes,
      segments: Array.from({ length: 2000 }, () => ({ type: 4, offset, size: notes.length })),
    });
    const { bytes } = assemble(over(assemble(over(0)).at('notes')));
    expect(readElf(bufferSource(bytes)).damage).toMatchObject([{ code: 'bad-note' }]);
  });
});
