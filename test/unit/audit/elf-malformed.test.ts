import { describe, expect, it } from '@jest/globals';
import { readElf } from '../../../src/audit/elf/elf.js';
import { ElfError } from '../../../src/audit/elf/error.js';
import { bufferSource, type Source } from '../../../src/audit/elf/source.js';
import { everything } from './support/everything.js';
import { LAYOUTS } from './support/numbers.js';
import { codeOf } from './support/refused.js';

/** Whether it is read or refused; everything else is a failure of the test. */
function survives(bytes: Buffer): 'read' | 'refused' {
  try {
    readElf(bufferSource(bytes));
    return 'read';
  } catch (error) {
    if (error instanceof ElfError) return 'refused';
    throw error;
  }
}

describe.each(LAYOUTS)('a file of %s with everything', (_, layout) => {
  const { bytes, at } = everything(layout);

  it('is read whole', () => {
    expect(readElf(bufferSource(bytes))).toMatchObject({
      kind: 'program',
      interpreter: '/lib/ld.so',
      needed: ['libc.so.6'],
      versionNeeds: [{ library: 'libc.so.6', versions: [{ name: 'GLIBC_2.34' }] }],
      versionDefinitions: [{ name: 'libx.so' }, { name: 'X_1' }],
      undefinedSymbols: [{ name: 'needed' }],
      exportedSymbols: [{ name: 'offered' }],
      buildId: '01020304',
      executableStack: false,
      damage: [],
    });
  });

  it('is refused where it breaks off, at every length', () => {
    // The sections follow what is loaded, after at most seven bytes.
    const codes = Array.from({ length: at('sections') - 7 }, (_, length) => codeOf(bytes.subarray(0, length)));
    expect(codes.filter((code) => code === 'not-elf')).toHaveLength('\x7fELF'.length);
    expect(new Set(codes.slice('\x7fELF'.length))).toEqual(new Set(['truncated']));
  });

  it('is read, and damaged, where only its sections break off', () => {
    for (let length = at('sections'); length < bytes.length; length += 1) {
      const { needed, damage } = readElf(bufferSource(bytes.subarray(0, length)));
      expect({ needed, damage }).toMatchObject({ needed: ['libc.so.6'], damage: [{ code: 'truncated' }] });
    }
  });

  it('with any byte changed is read or refused', () => {
    const outcomes = { read: 0, refused: 0 };
    for (let place = 0; place < bytes.length; place += 1) {
      for (const bits of [0x01, 0xff]) {
        const before = bytes.readUInt8(place);
        bytes.writeUInt8(before ^ bits, place);
        outcomes[survives(bytes)] += 1;
        bytes.writeUInt8(before, place);
      }
    }
    expect(outcomes.read + outcomes.refused).toBe(bytes.length * 2);
    expect(outcomes.read).toBeGreaterThan(100);
    expect(outcomes.refused).toBeGreaterThan(100);
  });

  it('is read once, and within its bounds, whatever it says', () => {
    for (let place = 0; place < bytes.length; place += 4) {
      const changed = Buffer.from(bytes);
      changed.fill(0xff, place, place + 4);
      let read = 0;
      const source: Source = {
        size: changed.length,
        read: (offset, length) => {
          if (offset < 0 || offset + length > changed.length) throw new RangeError('read outside of the file');
          read += length;
          return changed.subarray(offset, offset + length);
        },
      };
      try {
        readElf(source);
      } catch (error) {
        if (!(error instanceof ElfError)) throw error;
      }
      expect(read).toBeLessThanOrEqual(changed.length);
    }
  });
});
