import { assemble, type Assembled, type Plan } from './assembler.js';
import { numbersOf, type Layout } from './numbers.js';
import { note } from './tables.js';

const DT_DEBUG = 21;
const SHT_DYNSYM = 11;

/** A small file that has something of all that is read. */
export function everything(layout: Layout, plan: Plan = {}): Assembled {
  return assemble({
    ...layout,
    interpreter: '/lib/ld.so',
    needed: ['libc.so.6'],
    soname: 'libx.so',
    runpath: '$ORIGIN',
    tags: [[DT_DEBUG, 0]],
    needs: [{ library: 'libc.so.6', versions: [{ name: 'GLIBC_2.34', index: 3 }] }],
    definitions: [
      { names: ['libx.so'], index: 1, flags: 1 },
      { names: ['X_1'], index: 2 },
    ],
    symbols: [
      { name: 'needed', version: 3 },
      { name: 'offered', version: 2, defined: true },
    ],
    relocations: [1],
    notes: note(numbersOf(layout), 3, Buffer.from([1, 2, 3, 4])),
    stack: 6,
    sections: [{ type: SHT_DYNSYM, piece: 'symbols' }],
    ...plan,
  });
}
