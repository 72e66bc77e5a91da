import { describe, expect, it } from '@jest/globals';
import { TARGETS } from '../../../src/targets/table.js';

/** What the halves of a triple say about its row. */
const MACHINES = {
  x86_64: { platform: 'linux/amd64', runner: 'ubuntu-24.04' },
  aarch64: { platform: 'linux/arm64', runner: 'ubuntu-24.04-arm' },
} as const;
const LIBCS = {
  gnu: { libc: 'glibc', systems: ['debian', 'ubuntu'], packageManager: 'apt', systemRelease: 'bookworm' },
  musl: { libc: 'musl', systems: ['alpine'], packageManager: 'apk', systemRelease: '3.22' },
} as const;

describe('TARGETS', () => {
  it('has every combination of machine and C library once', () => {
    const combinations = Object.keys(LIBCS).flatMap((libc) =>
      Object.keys(MACHINES).map((machine) => `${machine}-unknown-linux-${libc}`),
    );
    expect(TARGETS.map(({ triple }) => triple)).toEqual(combinations);
  });

  it.each(TARGETS.map((target) => [target.triple, target] as const))(
    'says of %s what its triple says',
    (triple, row) => {
      const machine = triple.startsWith('x86_64-') ? 'x86_64' : 'aarch64';
      const { platform, runner } = MACHINES[machine];
      expect(row).toMatchObject({ machine, platform, runner, ...LIBCS[triple.endsWith('-gnu') ? 'gnu' : 'musl'] });
    },
  );

  it.each([
    ['x86_64-unknown-linux-gnu', '/lib64/ld-linux-x86-64.so.2'],
    ['aarch64-unknown-linux-gnu', '/lib/ld-linux-aarch64.so.1'],
    ['x86_64-unknown-linux-musl', '/lib/ld-musl-x86_64.so.1'],
    ['aarch64-unknown-linux-musl', '/lib/ld-musl-aarch64.so.1'],
  ])('has for %s the loader %s', (triple, loader) => {
    expect(TARGETS.find((target) => target.triple === triple)?.loader).toBe(loader);
  });

  it.each(TARGETS.map(({ triple, fallback }) => [triple, fallback] as const))(
    'builds %s with versions whose patches may move',
    (_, { elixir, otp }) => {
      expect(elixir).toMatch(/^1\.\d+$/);
      expect(otp).toMatch(/^\d+$/);
    },
  );
});
