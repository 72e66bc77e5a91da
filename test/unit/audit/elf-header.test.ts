import { describe, expect, it } from '@jest/globals';
import { readElf, type ElfKind } from '../../../src/audit/elf/elf.js';
import { bufferSource } from '../../../src/audit/elf/source.js';
import { assemble, patched, type Plan } from './support/assembler.js';
import { LAYOUTS } from './support/numbers.js';
import { codeOf, refusalOf } from './support/refused.js';

const read = (plan: Plan) => readElf(bufferSource(assemble(plan).bytes));

const [DT_DEBUG, DT_FLAGS_1] = [21, 0x6ffffffb];
const PIE = 0x08000000;
const PT_DYNAMIC = 2;

describe.each(LAYOUTS)('the header of a file of %s', (_, layout) => {
  const { bytes, numbers, segmentAt } = assemble({ ...layout, interpreter: '/lib/ld.so', stack: 6 });
  const after = layout.bits === 64 ? 48 : 36;

  it('says what it is for', () => {
    expect(read({ ...layout, type: 2, machine: 183 })).toMatchObject({
      bits: layout.bits,
      byteOrder: layout.order,
      machine: { number: 183, name: 'aarch64' },
    });
  });

  it('leads to the loader, the stack and the alignment', () => {
    expect(readElf(bufferSource(bytes))).toMatchObject({
      interpreter: '/lib/ld.so',
      executableStack: false,
      alignment: 0x1000,
    });
    expect(read({ ...layout, stack: 7 }).executableStack).toBe(true);
    expect(read({ ...layout })).toMatchObject({ executableStack: undefined, interpreter: undefined });
  });

  it('may have no program headers at all', () => {
    const none = patched(bytes, after + 8, numbers.u16(0));
    expect(readElf(bufferSource(none))).toMatchObject({ interpreter: undefined, alignment: undefined, needed: [] });
  });

  it('finds the number of program headers in the first section where it has no room for it', () => {
    const many = assemble({ ...layout, interpreter: '/lib/ld.so', sections: [] });
    const info = many.at('sections') + (layout.bits === 64 ? 44 : 28);
    const elsewhere = patched(many.bytes, after + 8, numbers.u16(0xffff));
    expect(readElf(bufferSource(patched(elsewhere, info, numbers.u32(2)))).interpreter).toBe('/lib/ld.so');
    expect(codeOf(patched(elsewhere, info, numbers.u32(0xffffffff)))).toBe('truncated');
  });

  it('leads to the first loader of several, as the kernel takes it', () => {
    const second = { type: 3, offset: 1, size: 4 };
    expect(read({ ...layout, interpreter: '/lib/ld.so', segments: [second] }).interpreter).toBe('/lib/ld.so');
  });

  it('that breaks off is refused at every length', () => {
    for (let length = 0; length < bytes.length; length += 1) {
      expect(codeOf(bytes.subarray(0, length))).toBe(length < 4 ? 'not-elf' : 'truncated');
    }
  });

  it('with program headers of another size, or beyond the end, is refused', () => {
    expect(codeOf(patched(bytes, after + 6, numbers.u16(8)))).toBe('bad-size');
    expect(codeOf(patched(bytes, after + 8, numbers.u16(0xfff0)))).toBe('truncated');
    expect(codeOf(patched(bytes, layout.bits === 64 ? 32 : 28, numbers.word(-1)))).toBe('truncated');
  });

  it('with a segment beyond the end is refused, and the error says where', () => {
    const [offset, fileSize] = layout.bits === 64 ? [8, 32] : [4, 16];
    const load = segmentAt(1);
    for (const at of [load + offset, load + fileSize, segmentAt(3) + offset, segmentAt(3) + fileSize]) {
      expect(codeOf(patched(bytes, at, numbers.word(-1)))).toBe('truncated');
    }
    const error = refusalOf(patched(bytes, load + fileSize, numbers.word(bytes.length + 1)));
    expect(error).toMatchObject({ code: 'truncated', offset: load });
    expect(error.message).toBe(
      `a segment lies beyond the end of the file, which has ${String(bytes.length)} bytes (at byte ${String(load)})`,
    );
  });

  it('with the path of a loader that does not end is refused', () => {
    const size = segmentAt(3) + (layout.bits === 64 ? 32 : 16);
    expect(codeOf(patched(bytes, size, numbers.word('/lib/ld.so'.length)))).toBe('bad-string');
    expect(codeOf(patched(bytes, size, numbers.word(0)))).toBe('bad-string');
  });

  it('finds the number of sections in the first one where it has no room for it', () => {
    const { bytes: few, at: place } = assemble({ ...layout, sections: [{ type: 7 }] });
    const elsewhere = patched(few, after + 12, numbers.u16(0));
    const size = place('sections') + (layout.bits === 64 ? 32 : 20);
    const damage = (count: number) => readElf(bufferSource(patched(elsewhere, size, numbers.word(count)))).damage;
    expect(damage(2)).toEqual([]);
    expect(damage(3)).toMatchObject([{ code: 'truncated' }]);
    expect(damage(-1)).toMatchObject([{ code: 'truncated' }]);
  });

  it('names the table of sections that is not there as damage', () => {
    const whole = assemble({ ...layout, interpreter: '/lib/ld.so', sections: [{ type: 7 }] });
    expect(readElf(bufferSource(whole.bytes)).damage).toEqual([]);
    const cut = readElf(bufferSource(whole.bytes.subarray(0, whole.bytes.length - 1)));
    expect(cut).toMatchObject({ interpreter: '/lib/ld.so', damage: [{ name: 'ElfError', code: 'truncated' }] });
  });
});

describe('a file', () => {
  const { bytes } = assemble();

  it.each([
    ['class', 4],
    ['byte order', 5],
    ['version', 6],
  ])('of an unknown %s is refused', (what, at) => {
    const error = refusalOf(patched(bytes, at, Buffer.from([9])));
    expect(error).toMatchObject({ code: 'unsupported', offset: at });
    expect(error.message).toContain(`${what} 9`);
  });

  it('for a machine without a name has its number', () => {
    expect(read({ machine: 65000 }).machine).toEqual({ number: 65000, name: 'machine 65000' });
  });

  const library: Plan = { soname: 'libx.so.1', needed: ['libc.so.6'] };
  const pie: Plan = { tags: [[DT_FLAGS_1, PIE]] };
  it.each<[string, ElfKind, Plan]>([
    ['a library', 'library', library],
    ['a library that can also be started', 'library', { ...library, interpreter: '/lib/ld.so' }],
    ['a library that needs nothing', 'library', { soname: 'libx.so.1' }],
    ['a library without a name', 'library', { needed: ['libc.so.6'] }],
    ['a program', 'program', { type: 2, interpreter: '/lib/ld.so', needed: ['libc.so.6'] }],
    ['a program without a loader of its own', 'program', { type: 2, needed: ['libc.so.6'] }],
    ['a position-independent program', 'program', { ...pie, interpreter: '/lib/ld.so', needed: ['libc.so.6'] }],
    ['one of an older linker', 'program', { tags: [[DT_DEBUG, 0]], interpreter: '/lib/ld.so' }],
    ['one without marks', 'program', { needed: ['libc.so.6'], interpreter: '/lib/ld.so' }],
    ['a static program', 'static', { type: 2 }],
    ['a static program with a dynamic section', 'static', { type: 2, tags: [[DT_DEBUG, 0]] }],
    ['a static position-independent program', 'static-pie', pie],
    ['one of an older linker, static', 'static-pie', { tags: [[DT_DEBUG, 0]] }],
    ['one without a dynamic section', 'static-pie', {}],
    ['an object', 'relocatable', { type: 1 }],
    ['a core', 'core', { type: 4 }],
    ['a file of no type', 'other', { type: 0 }],
    ['a file of a type of an operating system', 'other', { type: 0xfe00 }],
  ])('that is %s is known as %s', (_, kind, plan) => {
    expect(read(plan).kind).toBe(kind);
  });

  it('that only a debugger reads is known by its dynamic section without content', () => {
    const segments = [{ type: PT_DYNAMIC, offset: 1 << 20, address: 1 << 20, size: 0, memorySize: 0x1f0 }];
    expect(read({ segments })).toMatchObject({ kind: 'debug', needed: [] });
  });

  it('that only a debugger reads is known by sections of code without content', () => {
    const segments = [
      { type: 1, offset: 1 << 20, address: 1 << 20, size: 4096 },
      { type: PT_DYNAMIC, offset: 1 << 20, address: 1 << 20, size: 0x1f0 },
      { type: 3, offset: 1 << 20, address: 1 << 20, size: 20 },
    ];
    const [noContent, content] = [8, 1];
    const code = { flags: 6, address: 1 << 20, offset: 1 << 20, size: 4096 };
    const expected = { kind: 'debug', needed: [], interpreter: undefined };
    expect(read({ segments, sections: [{ type: noContent, ...code }] })).toMatchObject(expected);
    expect(codeOf(assemble({ segments, sections: [{ type: content, ...code }] }).bytes)).toBe('truncated');
    expect(codeOf(assemble({ segments, sections: [{ type: noContent, ...code, flags: 3 }] }).bytes)).toBe('truncated');
  });
});
