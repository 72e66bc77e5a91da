import { describe, expect, it } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';
import { readElf } from '../../../src/audit/elf/elf.js';
import { ElfError } from '../../../src/audit/elf/error.js';
import type { Source } from '../../../src/audit/elf/source.js';
import { fuzz } from '../../rig/elf/fuzzing.js';
import { originalOf } from '../../rig/elf/mutate.js';
import { everything } from './support/everything.js';
import { LAYOUTS } from './support/numbers.js';

const SEED = 20_240_601;

const assembled = LAYOUTS.map(([name, layout]) => originalOf(name, everything(layout).bytes));
const real = ['/bin/sh', '/bin/true', '/lib64/ld-linux-x86-64.so.2', '/lib/ld-linux-aarch64.so.1'].filter(existsSync);
const originals = [...assembled, ...real.map((file) => originalOf(file, readFileSync(file)))];

describe('changed files', () => {
  it('are read or refused, and nothing else', () => {
    const { failure, inputs, read, refused } = fuzz(originals, 2000, SEED);
    expect(failure).toBeUndefined();
    expect(inputs).toBe(2000);
    expect(read).toBeGreaterThan(100);
    expect([...refused.keys()]).toEqual(
      expect.arrayContaining(['not-elf', 'unsupported', 'truncated', 'unmapped', 'bad-size', 'bad-string', 'bad-list']),
    );
  });

  it('are the same for the same seed', () => {
    const [first, again, other] = [SEED, SEED, SEED + 1].map((seed) => fuzz(assembled, 200, seed).refused);
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
  });

  it('leave the files as they were', () => {
    fuzz(assembled, 200, SEED);
    expect(assembled.map(({ bytes }) => bytes)).toEqual(LAYOUTS.map(([, layout]) => everything(layout).bytes));
  });

  it.each<[string, RegExp, (source: Source) => void]>([
    [
      'throws another error',
      /^threw TypeError/,
      () => {
        throw new TypeError('x');
      },
    ],
    [
      'has an error without a place',
      /^an error at no place/,
      () => {
        throw new ElfError('truncated', -1, 'x');
      },
    ],
    ['reads outside of the file', /^read outside/, (source) => source.read(source.size, 1)],
    [
      'reads everything again and again',
      /^read \d+ of \d+ bytes/,
      (source) => {
        for (let times = 0; times < 7; times += 1) source.read(0, source.size);
      },
    ],
  ])('show a reader that %s', (_, what, fault) => {
    const { failure, inputs } = fuzz(assembled, 200, SEED, {
      read: (source) => {
        fault(source);
        source.read(0, source.size);
        return readElf(source);
      },
    });
    expect(failure?.what).toMatch(what);
    expect(inputs).toBe(1);
  });

  it('show a reader that takes memory without bound', () => {
    const { failure, inputs } = fuzz(assembled, 200, SEED, {
      read: (source) => {
        // More than the process ever had before, of which other tests may have given some back.
        const given = process.resourceUsage().maxRSS * 1024 - process.memoryUsage.rss();
        Buffer.alloc(given + 600 * 2 ** 20, 1);
        return readElf(source);
      },
    });
    expect(failure?.what).toMatch(/^took \d+ MiB of memory/);
    expect(inputs).toBe(1);
  });

  it('show a reader that does not come to an end', () => {
    let state = 0;
    const read = (): never => {
      for (;;) state += 1;
    };
    const { failure, inputs } = fuzz(assembled, 200, SEED, { read, patience: 5000 });
    expect(state).toBeGreaterThan(0);
    expect(failure?.what).toBe('took far too long');
    expect(failure?.bytes.length).toBeGreaterThan(0);
    expect(inputs).toBe(0);
  });
});
