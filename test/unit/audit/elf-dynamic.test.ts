import { describe, expect, it } from '@jest/globals';
import { readElf } from '../../../src/audit/elf/elf.js';
import { bufferSource } from '../../../src/audit/elf/source.js';
import { assemble, patched, type Plan } from './support/assembler.js';
import { LAYOUTS } from './support/numbers.js';
import { codeOf, refusalOf } from './support/refused.js';

const read = (plan: Plan) => readElf(bufferSource(assemble(plan).bytes));

const [DT_NEEDED, DT_STRTAB, DT_STRSZ, DT_SONAME, DT_DEBUG, DT_BIND_NOW] = [1, 5, 10, 14, 21, 24];
const PT_DYNAMIC = 2;

describe.each(LAYOUTS)('the dynamic section of a file of %s', (_, layout) => {
  const plan: Plan = { ...layout, needed: ['libm.so.6', 'libc.so.6'], soname: 'libx.so.1' };
  const { at, bytes, numbers, valueAt, segmentAt } = assemble(plan);
  const highest = layout.bits === 64 ? 0xffffffff81000000n : 0xff000000n;

  it('names libraries in their order, and the file itself', () => {
    expect(read(plan)).toMatchObject({ needed: ['libm.so.6', 'libc.so.6'], soname: 'libx.so.1' });
  });

  it('has the paths as they are written', () => {
    expect(read({ ...layout, rpath: '/opt/lib:$ORIGIN/../lib', runpath: '' })).toMatchObject({
      rpath: '/opt/lib:$ORIGIN/../lib',
      runpath: '',
      soname: undefined,
      needed: [],
    });
  });

  it('has names of any letters', () => {
    expect(read({ ...layout, needed: ['libgrüße·日本.so'] }).needed).toEqual(['libgrüße·日本.so']);
  });

  it('is found at any address, up to the highest', () => {
    expect(read({ ...plan, base: highest })).toEqual(read(plan));
  });

  it('is found by its address, as loaders do', () => {
    const offset = segmentAt(PT_DYNAMIC) + (layout.bits === 64 ? 8 : 4);
    expect(readElf(bufferSource(patched(bytes, offset, numbers.word(0)))).needed).toEqual(['libm.so.6', 'libc.so.6']);
  });

  it('ends with its first empty entry, or with its segment', () => {
    // What is only for a debugger's use marks a program.
    const marked = assemble({
      ...layout,
      tags: [
        [DT_BIND_NOW, 0],
        [DT_DEBUG, 0],
      ],
    });
    expect(readElf(bufferSource(marked.bytes)).kind).toBe('static-pie');
    const emptied = patched(marked.bytes, marked.valueAt(DT_DEBUG) - numbers.width, numbers.word(0));
    expect(readElf(bufferSource(emptied)).kind).toBe('library');
    const size = marked.segmentAt(PT_DYNAMIC) + (layout.bits === 64 ? 32 : 16);
    const ended = (length: number) => readElf(bufferSource(patched(marked.bytes, size, numbers.word(length)))).kind;
    expect(ended(4 * numbers.width)).toBe('static-pie');
    expect(ended(4 * numbers.width - 1)).toBe('library');
  });

  it('counts by the last of several entries, as loaders do', () => {
    const { needed } = read({
      ...plan,
      tags: [
        [DT_STRTAB, 1],
        [DT_STRSZ, 2 ** 31],
      ],
    });
    expect(needed).toEqual(['libm.so.6', 'libc.so.6']);
  });

  it('that is empty is none', () => {
    const size = segmentAt(PT_DYNAMIC) + (layout.bits === 64 ? 32 : 16);
    const empty = patched(bytes, size, numbers.word(0), numbers.word(0));
    expect(readElf(bufferSource(empty))).toMatchObject({ needed: [], soname: undefined });
  });

  it('that is not in what is loaded is refused', () => {
    const address = segmentAt(PT_DYNAMIC) + (layout.bits === 64 ? 16 : 8);
    expect(codeOf(patched(bytes, address, numbers.word(0x10)))).toBe('unmapped');
    expect(codeOf(patched(bytes, address, numbers.word(-1)))).toBe('unmapped');
    const size = segmentAt(PT_DYNAMIC) + (layout.bits === 64 ? 32 : 16);
    expect(codeOf(patched(bytes, size, numbers.word(-1)))).toBe('bad-size');
  });

  it('with nothing in it is refused', () => {
    expect(codeOf(patched(bytes, at('dynamic'), numbers.word(0)))).toBe('missing-table');
  });

  it('with strings that are not in what is loaded is refused', () => {
    expect(codeOf(patched(bytes, valueAt(DT_STRTAB), numbers.word(0x10)))).toBe('unmapped');
    expect(codeOf(patched(bytes, valueAt(DT_STRSZ), numbers.word(-1)))).toBe('bad-size');
    expect(codeOf(patched(bytes, valueAt(DT_STRSZ), numbers.word(bytes.length)))).toBe('bad-size');
  });

  it('with a name outside of the strings is refused', () => {
    const error = refusalOf(patched(bytes, valueAt(DT_SONAME), numbers.word(0xffff)));
    expect(error).toMatchObject({ code: 'bad-string', offset: valueAt(DT_SONAME) - numbers.width });
    expect(error.message).toContain('a name lies outside the table of strings');
    expect(codeOf(patched(bytes, valueAt(DT_NEEDED), numbers.word(-1)))).toBe('bad-string');
    expect(codeOf(patched(bytes, valueAt(DT_STRSZ), numbers.word(0)))).toBe('bad-string');
  });

  it('with a name that does not end is refused', () => {
    const size = '\0libm.so.6\0libc.so.6\0libx.so.1'.length;
    expect(codeOf(patched(bytes, valueAt(DT_STRSZ), numbers.word(size)))).toBe('bad-string');
    expect(readElf(bufferSource(patched(bytes, valueAt(DT_STRSZ), numbers.word(size + 1)))).soname).toBe('libx.so.1');
  });

  it('with names but no strings is refused', () => {
    const tag = valueAt(DT_STRTAB) - numbers.width;
    expect(codeOf(patched(bytes, tag, numbers.word(0x12345)))).toBe('bad-string');
  });
});

describe('what is loaded', () => {
  it('is, where segments overlap, that of the later one', () => {
    const plan = assemble({ soname: 'first', segments: [{ type: 1 }] });
    const bytes = Buffer.concat([plan.bytes, Buffer.from('\0other\0')]);
    const over = { type: 1, offset: plan.bytes.length, address: 0x10000 + plan.at('strings'), size: 7 };
    const overlapping = patched(bytes, plan.segmentAt(1), plan.numbers.segment(over));
    expect(readElf(bufferSource(overlapping)).soname).toBe('other');
  });

  it('is what the file has, not what memory has beyond it', () => {
    const beyond = { type: 1, offset: 0, address: 0x900000, size: 16, memorySize: 4096 };
    const file = assemble({ soname: 'x', segments: [beyond] });
    const strings = (address: number): Buffer =>
      patched(file.bytes, file.valueAt(DT_STRTAB), file.numbers.word(address));
    expect(codeOf(strings(0x90000f))).toBe('bad-size');
    expect(codeOf(strings(0x900010))).toBe('unmapped');
  });

  it('may be nothing of the file, wherever that would be', () => {
    const empty = { type: 1, offset: 1 << 30, address: 1 << 30, size: 0, memorySize: 4096 };
    expect(read({ soname: 'x', segments: [empty] }).soname).toBe('x');
  });

  it('has the last of several dynamic sections, as loaders take it', () => {
    expect(read({ soname: 'x', segments: [{ type: PT_DYNAMIC }] }).soname).toBeUndefined();
  });

  it('has no name of more than a mebibyte', () => {
    const long = (length: number) => assemble({ soname: 'x'.repeat(length) }).bytes;
    expect(readElf(bufferSource(long(1024 * 1024 - 1))).soname).toHaveLength(1024 * 1024 - 1);
    expect(codeOf(long(1024 * 1024))).toBe('bad-string');
  });
});
