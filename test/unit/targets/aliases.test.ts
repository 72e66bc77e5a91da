import { describe, expect, it } from '@jest/globals';
import { TARGET_NAMES, aliasesOf, targetNamed, targetsOfMachine } from '../../../src/targets/aliases.js';
import { TARGETS } from '../../../src/targets/table.js';

/** Written out, so that a name that goes missing is seen. */
const NAMES: readonly (readonly [string, string])[] = [
  ['linux-x86_64-gnu', 'x86_64-unknown-linux-gnu'],
  ['linux-x86_64-glibc', 'x86_64-unknown-linux-gnu'],
  ['linux-x64-gnu', 'x86_64-unknown-linux-gnu'],
  ['linux-x64-glibc', 'x86_64-unknown-linux-gnu'],
  ['linux-amd64-gnu', 'x86_64-unknown-linux-gnu'],
  ['linux-amd64-glibc', 'x86_64-unknown-linux-gnu'],
  ['x86_64-gnu', 'x86_64-unknown-linux-gnu'],
  ['x86_64-glibc', 'x86_64-unknown-linux-gnu'],
  ['x64-gnu', 'x86_64-unknown-linux-gnu'],
  ['x64-glibc', 'x86_64-unknown-linux-gnu'],
  ['amd64-gnu', 'x86_64-unknown-linux-gnu'],
  ['amd64-glibc', 'x86_64-unknown-linux-gnu'],
  ['x86_64-linux-gnu', 'x86_64-unknown-linux-gnu'],
  ['x86_64-linux-glibc', 'x86_64-unknown-linux-gnu'],
  ['x64-linux-gnu', 'x86_64-unknown-linux-gnu'],
  ['x64-linux-glibc', 'x86_64-unknown-linux-gnu'],
  ['amd64-linux-gnu', 'x86_64-unknown-linux-gnu'],
  ['amd64-linux-glibc', 'x86_64-unknown-linux-gnu'],
  ['x86_64-unknown-linux-glibc', 'x86_64-unknown-linux-gnu'],
  ['x64-unknown-linux-gnu', 'x86_64-unknown-linux-gnu'],
  ['x64-unknown-linux-glibc', 'x86_64-unknown-linux-gnu'],
  ['amd64-unknown-linux-gnu', 'x86_64-unknown-linux-gnu'],
  ['amd64-unknown-linux-glibc', 'x86_64-unknown-linux-gnu'],
  ['linux-aarch64-gnu', 'aarch64-unknown-linux-gnu'],
  ['linux-aarch64-glibc', 'aarch64-unknown-linux-gnu'],
  ['linux-arm64-gnu', 'aarch64-unknown-linux-gnu'],
  ['linux-arm64-glibc', 'aarch64-unknown-linux-gnu'],
  ['aarch64-gnu', 'aarch64-unknown-linux-gnu'],
  ['aarch64-glibc', 'aarch64-unknown-linux-gnu'],
  ['arm64-gnu', 'aarch64-unknown-linux-gnu'],
  ['arm64-glibc', 'aarch64-unknown-linux-gnu'],
  ['aarch64-linux-gnu', 'aarch64-unknown-linux-gnu'],
  ['aarch64-linux-glibc', 'aarch64-unknown-linux-gnu'],
  ['arm64-linux-gnu', 'aarch64-unknown-linux-gnu'],
  ['arm64-linux-glibc', 'aarch64-unknown-linux-gnu'],
  ['aarch64-unknown-linux-glibc', 'aarch64-unknown-linux-gnu'],
  ['arm64-unknown-linux-gnu', 'aarch64-unknown-linux-gnu'],
  ['arm64-unknown-linux-glibc', 'aarch64-unknown-linux-gnu'],
  ['linux-x86_64-musl', 'x86_64-unknown-linux-musl'],
  ['linux-x64-musl', 'x86_64-unknown-linux-musl'],
  ['linux-amd64-musl', 'x86_64-unknown-linux-musl'],
  ['x86_64-musl', 'x86_64-unknown-linux-musl'],
  ['x64-musl', 'x86_64-unknown-linux-musl'],
  ['amd64-musl', 'x86_64-unknown-linux-musl'],
  ['x86_64-linux-musl', 'x86_64-unknown-linux-musl'],
  ['x64-linux-musl', 'x86_64-unknown-linux-musl'],
  ['amd64-linux-musl', 'x86_64-unknown-linux-musl'],
  ['x64-unknown-linux-musl', 'x86_64-unknown-linux-musl'],
  ['amd64-unknown-linux-musl', 'x86_64-unknown-linux-musl'],
  ['linux-aarch64-musl', 'aarch64-unknown-linux-musl'],
  ['linux-arm64-musl', 'aarch64-unknown-linux-musl'],
  ['aarch64-musl', 'aarch64-unknown-linux-musl'],
  ['arm64-musl', 'aarch64-unknown-linux-musl'],
  ['aarch64-linux-musl', 'aarch64-unknown-linux-musl'],
  ['arm64-linux-musl', 'aarch64-unknown-linux-musl'],
  ['arm64-unknown-linux-musl', 'aarch64-unknown-linux-musl'],
];

describe('targetNamed', () => {
  it.each(NAMES)('knows %s as %s, in upper and lower case', (alias, triple) => {
    expect(targetNamed(alias)?.triple).toBe(triple);
    expect(targetNamed(alias.toUpperCase())?.triple).toBe(triple);
  });

  it.each([
    '',
    'linux',
    'x86_64',
    'linux-x64',
    'linux/amd64',
    'linux_x64_gnu',
    'gnu-linux-x64',
    'x64-linux',
    'x86-gnu',
    'x86-64-linux-gnu',
    'i686-linux-gnu',
    'armv7-gnu',
    'arm-musl',
    'x64-libc',
    'x64-uclibc',
    'x64-pc-linux-gnu',
    'x64-gnux32',
    'darwin-arm64-gnu',
    'linux-x64-gnu ',
    'linux--x64-gnu',
    '__proto__',
    'constructor',
  ])('does not know %j', (text) => {
    expect(targetNamed(text)).toBeUndefined();
  });
});

describe('aliasesOf', () => {
  it('gives the names of all targets and no other', () => {
    const aliases = TARGETS.flatMap((target) => aliasesOf(target).map((alias) => [alias, target.triple]));
    expect(aliases.toSorted()).toEqual([...NAMES].toSorted());
  });

  it('gives every name once', () => {
    expect(TARGET_NAMES.size).toBe(NAMES.length + TARGETS.length);
  });
});

describe('targetsOfMachine', () => {
  it.each([
    ['linux-x64', ['x86_64-unknown-linux-gnu', 'x86_64-unknown-linux-musl']],
    ['X86_64-Linux', ['x86_64-unknown-linux-gnu', 'x86_64-unknown-linux-musl']],
    ['linux/amd64', ['x86_64-unknown-linux-gnu', 'x86_64-unknown-linux-musl']],
    ['amd64', ['x86_64-unknown-linux-gnu', 'x86_64-unknown-linux-musl']],
    ['arm64-unknown-linux', ['aarch64-unknown-linux-gnu', 'aarch64-unknown-linux-musl']],
    ['linux/arm64/v8', ['aarch64-unknown-linux-gnu', 'aarch64-unknown-linux-musl']],
    ['linux-x64-gnu', []],
    ['linux/arm/v7', []],
    ['linux', []],
    ['', []],
  ])('of %j are %j', (text, triples) => {
    expect(targetsOfMachine(text).map(({ triple }) => triple)).toEqual(triples);
  });
});
