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

  it.each([
    ['linux-x64-gnu', 'x86_64-unknown-linux-gnu'],
    ['ARM64-Linux-Musl', 'aarch64-unknown-linux-musl'],
    ['X86_64-UNKNOWN-LINUX-GNU', 'x86_64-unknown-linux-gnu'],
  ])('finds %s as %s', (text, triple) => {
    expect(findTarget(text).triple).toBe(triple);
  });

  it.each([
    'x86_64-unknown-linux-gnuu',
    'x86_64-pc-linux-gnu',
    'linux',
    'gnu',
    'musl',
    'linux-musl',
    'linux/amd64/gnu',
    'wasm32-wasip1',
    'darwinia',
    'baldwin',
    'farm',
    '',
    ' x86_64-unknown-linux-gnu',
  ])('lists the known triples for unknown %j', async (text) => {
    const error = await errorOf(() => findTarget(text));
    expect(error).toMatchObject({ code: 'unknown-target', exitStatus: 2 });
    expect(error.message).toContain(`'${text}'`);
    for (const { triple } of TARGETS) expect(error.next).toContain(triple);
  });

  it.each([
    ['x86_64-unknown-linux-gnuu', 'x86_64-unknown-linux-gnu'],
    ['x86-64-unknown-linux-gnu', 'x86_64-unknown-linux-gnu'],
    ['x86_64-pc-linux-gnu', 'x86_64-unknown-linux-gnu'],
    ['x86_64-alpine-linux-musl', 'x86_64-unknown-linux-musl'],
    ['aarch64-unknown-linux-mus', 'aarch64-unknown-linux-musl'],
    ['aarch64-linux-gun', 'aarch64-unknown-linux-gnu'],
    ['linux-x64-muls', 'x86_64-unknown-linux-musl'],
    ['LINUX-ARM64-GLIB', 'aarch64-unknown-linux-gnu'],
  ])('suggests the nearest triple for %s', async (text, meant) => {
    expect((await errorOf(() => findTarget(text))).next).toContain(`Did you mean '${meant}'?`);
  });

  it.each(['raspberry', 'linux', 'gnu', 'musl', ''])(
    'suggests nothing for %j, which is like no target',
    async (text) => {
      expect((await errorOf(() => findTarget(text))).next).not.toContain('Did you mean');
    },
  );
});

describe('findTarget, for a machine without its C library', () => {
  it.each([
    ...['x86_64', 'x64', 'amd64', 'linux-x64', 'x86_64-linux', 'linux/amd64', 'Linux-AMD64', 'x64-unknown-linux'].map(
      (text) => [text, 'x86_64'] as const,
    ),
    ...['aarch64', 'arm64', 'linux-arm64', 'aarch64-linux', 'linux/arm64', 'linux/arm64/v8'].map(
      (text) => [text, 'aarch64'] as const,
    ),
  ])('names the two targets that %s may mean', async (text, machine) => {
    const error = await errorOf(() => findTarget(text));
    expect(error).toMatchObject({ code: 'unknown-target', exitStatus: 2 });
    expect(error.message).toBe(`target '${text}' does not name a C library`);
    const named = TARGETS.map(({ triple }) => triple).filter((triple) => error.next.includes(triple));
    expect(named).toEqual([`${machine}-unknown-linux-gnu`, `${machine}-unknown-linux-musl`]);
  });
});

describe('findTarget, for a system that no container has', () => {
  it.each([
    'aarch64-apple-darwin',
    'x86_64-apple-darwin',
    'x86_64-apple-darwin23.6.0',
    'darwin-arm64',
    'darwin/amd64',
    'macos',
    'macos-15',
    'macos-arm64',
    'mac-x64',
    'osx-x64',
    'x86_64-pc-windows-msvc',
    'x86_64-pc-windows-gnu',
    'aarch64-pc-windows-msvc',
    'x86_64-w64-mingw32',
    'win-x64',
    'win32',
    'windows/amd64',
    'Windows',
  ])('sends %s to a native runner', async (text) => {
    const error = await errorOf(() => findTarget(text));
    expect(error).toMatchObject({ code: 'unsupported-target', exitStatus: 2 });
    expect(error.message).toContain(`'${text}'`);
    expect(error.next).toMatch(/native runner \(macos-15, windows-2025\) with erlef\/setup-beam/);
  });

  it.each(['x86_64-unknown-freebsd', 'freebsd-x64', 'x86_64-unknown-openbsd', 'aarch64-linux-android'])(
    'sends %s to a machine of its own',
    async (text) => {
      const error = await errorOf(() => findTarget(text));
      expect(error).toMatchObject({ code: 'unsupported-target', exitStatus: 2 });
      expect(error.message).toContain(`'${text}'`);
      expect(error.next).toMatch(/Run `mix release` itself on such a system/);
    },
  );
});

describe('findTarget, for an architecture that there are no builder images of', () => {
  it.each([
    'armv7-unknown-linux-gnueabihf',
    'arm-unknown-linux-gnueabi',
    'linux/arm/v7',
    'linux-armv7-musl',
    'armhf',
    'i686-unknown-linux-gnu',
    'linux/386',
    'linux-x86-gnu',
    'riscv64gc-unknown-linux-gnu',
    'linux/riscv64',
    'powerpc64le-unknown-linux-gnu',
    'linux/ppc64le',
    's390x-unknown-linux-gnu',
    'S390X-linux-musl',
    'loongarch64-unknown-linux-gnu',
    'aarch64_be-unknown-linux-gnu',
  ])('refuses %s and lists the known triples', async (text) => {
    const error = await errorOf(() => findTarget(text));
    expect(error).toMatchObject({ code: 'unsupported-target', exitStatus: 2 });
    expect(error.message).toBe(`target '${text}' has an architecture without hexpm/elixir images`);
    for (const { triple } of TARGETS) expect(error.next).toContain(triple);
  });
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
