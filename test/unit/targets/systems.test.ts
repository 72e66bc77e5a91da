import { describe, expect, it } from '@jest/globals';
import { compareDotted } from '../../../src/dotted-numbers.js';
import { findTarget } from '../../../src/targets/find.js';
import { SYSTEM_RELEASES, defaultSystem, findSystemRelease, systemsWithin } from '../../../src/targets/systems.js';
import { TARGETS } from '../../../src/targets/table.js';

const GNU = findTarget('x86_64-unknown-linux-gnu');

/** From the highest glibc down. */
const BY_GLIBC = [
  'debian:forky',
  'ubuntu:resolute',
  'debian:trixie',
  'ubuntu:noble',
  'debian:bookworm',
  'ubuntu:jammy',
  'debian:bullseye',
  'ubuntu:focal',
  'debian:buster',
  'ubuntu:bionic',
];

describe('SYSTEM_RELEASES', () => {
  it('has every release once', () => {
    const names = SYSTEM_RELEASES.map(({ os, release }) => `${os}:${release}`);
    expect(new Set(names).size).toBe(names.length);
  });

  it.each(SYSTEM_RELEASES.map((row) => [`${row.os}:${row.release}`, row] as const))(
    'has for %s the C library of its system, in dotted numbers',
    (_, { os, release, version, libc, libcVersion }) => {
      expect(libc).toBe(os === 'alpine' ? 'musl' : 'glibc');
      expect(libcVersion).toMatch(os === 'alpine' ? /^1\.2\.\d+$/ : /^2\.\d\d$/);
      expect(release).toMatch(os === 'alpine' ? /^3\.\d\d$/ : /^[a-z]+$/);
      expect(version).toMatch({ debian: /^\d\d$/, ubuntu: /^\d\d\.04$/, alpine: /^3\.\d\d$/ }[os]);
    },
  );

  it('has of each system the newest first, and no newer one with an older C library', () => {
    for (const os of ['debian', 'ubuntu', 'alpine'] as const) {
      const releases = SYSTEM_RELEASES.filter((row) => row.os === os);
      expect(releases.length).toBeGreaterThan(1);
      for (const [index, older] of releases.slice(1).entries()) {
        const newer = releases[index];
        expect(compareDotted(newer?.version ?? '', older.version)).toBeGreaterThan(0);
        expect(compareDotted(newer?.libcVersion ?? '', older.libcVersion)).toBeGreaterThanOrEqual(0);
      }
    }
  });

  it('says for which releases new images are made', () => {
    const current = SYSTEM_RELEASES.filter((row) => row.current).map(({ os, release }) => `${os}:${release}`);
    expect(current).toEqual([
      'debian:trixie',
      'debian:bookworm',
      'debian:bullseye',
      'ubuntu:resolute',
      'ubuntu:noble',
      'ubuntu:jammy',
      'alpine:3.24',
      'alpine:3.23',
      'alpine:3.22',
      'alpine:3.21',
    ]);
  });
});

describe('findSystemRelease', () => {
  it.each([
    ['debian', 'bookworm', '2.36'],
    ['debian', '12', '2.36'],
    ['ubuntu', 'noble', '2.39'],
    ['ubuntu', '24.04', '2.39'],
    ['alpine', '3.15', '1.2.2'],
    ['alpine', '3.16', '1.2.3'],
    ['alpine', '3.17', '1.2.3'],
    ['alpine', '3.18', '1.2.4'],
    ['alpine', '3.19', '1.2.4'],
    ['alpine', '3.20', '1.2.5'],
    ['alpine', '3.23', '1.2.5'],
    ['alpine', '3.24', '1.2.6'],
  ] as const)('finds %s %s with %s', (os, release, libcVersion) => {
    expect(findSystemRelease(os, release)).toMatchObject({ os, libcVersion });
  });

  it.each([
    ['debian', 'noble'],
    ['debian', '24.04'],
    ['ubuntu', 'bookworm'],
    ['debian', 'Bookworm'],
    ['alpine', '3.22.1'],
    ['alpine', '3.2'],
    ['debian', ''],
  ] as const)('finds no %s %s', (os, release) => {
    expect(findSystemRelease(os, release)).toBeUndefined();
  });
});

describe('systemsWithin', () => {
  it.each([
    ['2.17', undefined],
    ['2.26', undefined],
    ['2.27', 'ubuntu:bionic'],
    ['2.28', 'debian:buster'],
    ['2.30', 'debian:buster'],
    ['2.31', 'debian:bullseye'],
    ['2.34', 'debian:bullseye'],
    ['2.35', 'ubuntu:jammy'],
    ['2.36', 'debian:bookworm'],
    ['2.38', 'debian:bookworm'],
    ['2.39', 'ubuntu:noble'],
    ['2.40', 'ubuntu:noble'],
    ['2.41', 'debian:trixie'],
    ['2.42', 'debian:trixie'],
    ['2.43', 'debian:forky'],
    ['2.99', 'debian:forky'],
    // Not above 2.4, though its text would sort behind 2.36.
    ['2.4', undefined],
  ])('of glibc %s begins with %s, and every lower one follows', (floor, first) => {
    const names = systemsWithin(GNU, floor).map(({ os, release }) => `${os}:${release}`);
    expect(names).toEqual(first === undefined ? [] : BY_GLIBC.slice(BY_GLIBC.indexOf(first)));
  });

  it('is the same on both architectures', () => {
    expect(systemsWithin(findTarget('aarch64-unknown-linux-gnu'), '2.36')).toEqual(systemsWithin(GNU, '2.36'));
  });

  it('keeps to the systems of the target', () => {
    const debianOnly = systemsWithin({ ...GNU, systems: ['debian'] }, '2.35');
    expect(debianOnly.map(({ release }) => release)).toEqual(['bullseye', 'buster']);
  });

  it.each(['x86_64-unknown-linux-musl', 'aarch64-unknown-linux-musl'])('has nothing for %s', (triple) => {
    expect(systemsWithin(findTarget(triple), '2.43')).toEqual([]);
  });
});

describe('defaultSystem', () => {
  it.each(TARGETS.map((target) => [target.triple, target] as const))('of %s has its libc', (_, target) => {
    const { os, release, libc, current } = defaultSystem(target);
    expect(`${os}:${release}`).toBe(target.libc === 'glibc' ? 'debian:bookworm' : 'alpine:3.22');
    expect({ libc, current }).toEqual({ libc: target.libc, current: true });
  });

  it('refuses a target whose system is in no table', () => {
    expect(() => defaultSystem({ ...GNU, systemRelease: 'potato' })).toThrow(/debian:potato/);
  });
});
