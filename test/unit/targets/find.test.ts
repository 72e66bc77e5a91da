import { describe, expect, it } from '@jest/globals';
import { findTarget, nearest } from '../../../src/targets/find.js';
import { TARGETS } from '../../../src/targets/table.js';
import { errorOf } from '../support/errors.js';

describe('findTarget', () => {
  it('finds the triple of a 64-bit Linux machine with glibc', () => {
    expect(findTarget('x86_64-unknown-linux-gnu')).toMatchObject({
      triple: 'x86_64-unknown-linux-gnu',
      platform: 'linux/amd64',
      machine: 'x86_64',
      libc: 'glibc',
    });
  });

  it.each(TARGETS.map(({ triple }) => triple))('finds %s by its own name', (triple) => {
    expect(findTarget(triple).triple).toBe(triple);
  });

  it.each(['x86_64-unknown-linux-gnuu', 'X86_64-unknown-linux-gnu', 'x86_64-linux-gnu', 'linux/amd64', ''])(
    'lists the known triples for unknown %j',
    async (triple) => {
      const error = await errorOf(() => findTarget(triple));
      expect(error).toMatchObject({ code: 'unknown-target', exitStatus: 2 });
      expect(error.message).toContain(`'${triple}'`);
      for (const known of TARGETS) expect(error.next).toContain(known.triple);
    },
  );

  it.each([
    ['x86_64-unknown-linux-gnuu', 'x86_64-unknown-linux-gnu'],
    ['x86-64-unknown-linux-gnu', 'x86_64-unknown-linux-gnu'],
    ['x86_64-linux-gnu', 'x86_64-unknown-linux-gnu'],
  ])('suggests the nearest triple for %s', async (triple, meant) => {
    expect((await errorOf(() => findTarget(triple))).next).toContain(`Did you mean '${meant}'?`);
  });

  it('suggests nothing for a word that is like no triple', async () => {
    expect((await errorOf(() => findTarget('raspberry'))).next).not.toContain('Did you mean');
  });

  it.each([
    'aarch64-apple-darwin',
    'x86_64-apple-darwin',
    'x86_64-pc-windows-msvc',
    'x86_64-pc-windows-gnu',
    'x86_64-w64-mingw32',
    'macos',
    'Windows',
  ])('sends %s to a native runner', async (triple) => {
    const error = await errorOf(() => findTarget(triple));
    expect(error).toMatchObject({ code: 'unsupported-target', exitStatus: 2 });
    expect(error.message).toContain(triple);
    expect(error.next).toMatch(/native runner \(macos-\d+, windows-\d+\)/);
  });
});

describe('TARGETS', () => {
  it('has every triple once', () => {
    const triples = TARGETS.map(({ triple }) => triple);
    expect(new Set(triples).size).toBe(triples.length);
  });

  it.each(TARGETS.map((target) => [target.triple, target] as const))(
    'builds %s in something of its own kind',
    (triple, { fallback, machine, libc }) => {
      // A pinned image, never one that moves.
      if (fallback.image !== undefined) expect(fallback.image).toMatch(/^[a-z0-9./-]+:(?!latest$)[^:]+$/);
      expect(fallback.elixir).toMatch(/^1\.\d+$/);
      expect(triple.startsWith(`${machine}-`)).toBe(true);
      expect(triple.endsWith(libc === 'glibc' ? '-gnu' : '-musl')).toBe(true);
    },
  );
});

describe('nearest', () => {
  it.each([
    ['alpa', ['alpha', 'beta'], "Did you mean 'alpha'?"],
    ['betta', ['alpha', 'beta'], "Did you mean 'beta'?"],
    ['something_else', ['alpha', 'beta'], ''],
    ['alpha', [], ''],
  ])('of %s among %j is %j', (word, known, suggestion) => {
    expect(nearest(word, known)).toBe(suggestion);
  });
});
