import { describe, expect, it } from '@jest/globals';
import { compareDotted } from '../../../src/dotted-numbers.js';
import { allowedFloor, FLOOR_ROWS } from '../../../src/audit/floors.js';
import { otpOfErts, otpOfStdlib } from '../../../src/audit/otp-facts.js';
import { requirementsFor } from '../../../src/audit/requirements.js';
import { nameFor, packageOf, RUNTIME_PACKAGES } from '../../../src/audit/runtime-packages.js';
import { highestFloor, neededSymbols, readVersionName } from '../../../src/audit/symbol-versions.js';

describe('the floors', () => {
  it('never fall from one glibc to the next', () => {
    for (const [index, row] of FLOOR_ROWS.entries()) {
      const next = FLOOR_ROWS[index + 1];
      if (!next) continue;
      expect(compareDotted(row.glibc, next.glibc)).toBeLessThan(0);
      for (const [a, b] of [
        [row.glibcxx, next.glibcxx],
        [row.cxxabi, next.cxxabi],
        [row.gcc.x86_64, next.gcc.x86_64],
        [row.gcc.aarch64, next.gcc.aarch64],
      ]) {
        expect(compareDotted(a ?? '', b ?? '')).toBeLessThanOrEqual(0);
      }
    }
  });

  it.each([
    ['2.36', 'x86_64', { glibc: '2.36', glibcxx: '3.4.30', cxxabi: '1.3.13', gcc: '12.0.0' }],
    ['2.36', 'aarch64', { glibc: '2.36', glibcxx: '3.4.30', cxxabi: '1.3.13', gcc: '11.0' }],
    ['2.33', 'x86_64', { glibc: '2.33', glibcxx: '3.4.28', cxxabi: '1.3.12', gcc: '7.0.0' }],
    ['2.4', 'x86_64', { glibc: '2.4' }],
    [undefined, 'x86_64', {}],
  ])('for glibc %s on %s are %j', (glibc, machine, floor) => {
    expect(allowedFloor(glibc, machine)).toEqual(floor);
  });
});

describe('versions of symbols', () => {
  it.each([
    ['GLIBC_2.2.5', { family: 'glibc', version: '2.2.5' }],
    ['GLIBC_ABI_DT_RELR', { family: 'glibc', version: '2.36' }],
    ['GLIBCXX_3.4.30', { family: 'glibcxx', version: '3.4.30' }],
    ['CXXABI_1.3', { family: 'cxxabi', version: '1.3' }],
    ['GCC_3.0', { family: 'gcc', version: '3.0' }],
    ['GLIBC_PRIVATE', undefined],
    ['CXXABI_FLOAT128', undefined],
    ['OPENSSL_3.0.0', undefined],
    ['NCURSES6_TINFO_5.0.19991023', undefined],
    ['LIBSYSTEMD_209', undefined],
  ])('%s is read as %j', (name, read) => {
    expect(readVersionName(name)).toEqual(read);
  });

  it('that are weak are not needed', () => {
    const versions = [
      { name: 'GLIBC_2.34', hash: 0, weak: true, index: 2 },
      { name: 'GLIBC_2.17', hash: 0, weak: false, index: 3 },
    ];
    expect(neededSymbols([{ library: 'libc.so.6', versions }])).toEqual([
      { family: 'glibc', version: '2.17', library: 'libc.so.6' },
    ]);
  });

  it('of several files have the highest of each family', () => {
    const floors = [{ glibc: '2.4', gcc: '3.0' }, { glibc: '2.34', glibcxx: '3.4.9' }, { glibcxx: '3.4.29' }, {}];
    expect(highestFloor(floors)).toEqual({ glibc: '2.34', gcc: '3.0', glibcxx: '3.4.29' });
  });
});

describe('the versions of OTP', () => {
  it.each([
    ['11.1.8', '3.14', '23'],
    ['12.3.2.9', '3.17.2.2', '24'],
    ['13.1.5', '4.2', '25'],
    ['14.2.5', '5.2.3', '26'],
    ['15.2.7', '6.2.2', '27'],
    ['16.0', '7.0', '28'],
    ['10.7', '3.12', '21 or 22'],
    ['99.0', '99.0', undefined],
  ])('ERTS %s and stdlib %s are of OTP %s', (erts, stdlib, otp) => {
    expect([otpOfErts(erts), otpOfStdlib(stdlib)]).toEqual([otp, otp]);
  });
});

describe('the runtime packages', () => {
  it('name each library once, and a package for each', () => {
    const names = RUNTIME_PACKAGES.map(({ library }) => library);
    expect(new Set(names).size).toBe(names.length);
    for (const { debian, ubuntu, rhel, alpine } of RUNTIME_PACKAGES) {
      for (const name of [debian, ubuntu, rhel, alpine].flat().filter((each) => each !== undefined)) {
        expect(name).toMatch(/^[a-zA-Z0-9][\w.+-]*(?:\(\)\(64bit\))?$|^so:lib[\w.+-]+$/);
      }
    }
  });

  it.each([
    [undefined, 'libssl3'],
    ['2.31', 'libssl3'],
    ['2.36', 'libssl3'],
    ['2.38', 'libssl3t64'],
  ])('for glibc %s call OpenSSL %s', (glibc, name) => {
    expect(nameFor(['libssl3', 'libssl3t64'], glibc)).toBe(name);
  });

  it.each([
    ['libtinfo.so.6', 'glibc', true],
    ['libtinfo.so.6', 'musl', false],
    ['libcrypto.so.3', 'musl', true],
    ['libodd.so.1', 'glibc', false],
  ] as const)('have %s with %s: %j', (library, libc, has) => {
    expect(packageOf(library, libc) !== undefined).toBe(has);
  });

  it('are listed sorted, each once, for the systems of the C library', () => {
    const libraries = ['libcrypto.so.3', 'libodd.so.1', 'libssl.so.3', 'libpq.so.5', 'libstdc++.so.6'];
    const none = { data: [], builder: undefined };
    expect(requirementsFor({ libraries, libc: 'glibc', glibc: '2.38', ...none })).toEqual({
      libraries,
      debian: ['libpq5', 'libssl3t64', 'libstdc++6'],
      ubuntu: ['libpq5', 'libssl3t64', 'libstdc++6'],
      rhel: ['libpq.so.5()(64bit)', 'libstdc++', 'openssl-libs'],
      alpine: [],
      data: [],
      derived: { rhel: ['libpq.so.5()(64bit)'] },
    });
    expect(requirementsFor({ libraries, libc: 'musl', glibc: undefined, ...none })).toEqual({
      libraries,
      debian: [],
      ubuntu: [],
      rhel: [],
      alpine: ['libcrypto3', 'libssl3', 'libstdc++', 'so:libpq.so.5'],
      data: [],
      derived: { alpine: ['so:libpq.so.5'] },
    });
  });
});
