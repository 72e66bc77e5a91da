import { describe, expect, it } from '@jest/globals';
import type { Tree } from '../support/files.js';
import type { Plan } from './support/assembler.js';
import {
  application,
  ARM,
  audited,
  codes,
  emulator,
  found,
  GNU,
  library,
  MUSL,
  nif,
  program,
  release,
  type TestOptions,
} from './support/releases.js';

const NIF = 'lib/web-0.1.0/priv/web.so';
const PORT = 'lib/web-0.1.0/priv/port';

const needing = (libraryName: string, version: string, flags = 0): Plan => ({
  needed: ['libc.so.6', ...(libraryName === 'libc.so.6' ? [] : [libraryName])],
  needs: [{ library: libraryName, versions: [{ name: version, index: 3, flags }] }],
});

/** The note by which linkers say that a level of x86-64 is needed. */
function isaNote(bits: number): Buffer {
  const numbers = [4, 16, 5, 0x00554e47, 0xc0008002, 4, bits, 0];
  return Buffer.concat(numbers.map((each) => Buffer.from(new Uint32Array([each]).buffer)));
}

describe('a release with nothing wrong in it', () => {
  it.each([GNU, MUSL, ARM])('passes for %s, which it tells by itself', async (target) => {
    const report = await audited(release(target));
    const pages = target === ARM ? ['page-size'] : [];
    expect(report).toMatchObject({ verdict: 'pass', target });
    expect([...new Set(report.findings.map(({ code }) => code))]).toEqual(pages);
    expect(report.files.map(({ path, kind }) => `${kind} ${path}`)).toEqual([
      'erts erts-15.2.7/bin/beam.smp',
      'erts erts-15.2.7/bin/erlexec',
      `port ${PORT}`,
      `nif ${NIF}`,
    ]);
  });
});

/** What each rule finds, and what it must not find. */
const RULES: readonly (readonly [string, Tree, readonly string[], TestOptions?])[] = [
  ['a file of macOS', { [NIF]: Buffer.from('cffaedfe07000001', 'hex') }, [`error not-elf ${NIF}`]],
  ['a universal file of macOS', { 'x/y': Buffer.from('cafebabe0000000200', 'hex') }, ['error not-elf x/y']],
  ['a class of Java', { 'x/y.class': Buffer.from('cafebabe0000003700', 'hex') }, []],
  [
    'a file of Windows',
    {
      'x.dll': Buffer.concat([Buffer.from('MZ'), Buffer.alloc(58), Buffer.from([64, 0, 0, 0]), Buffer.from('PE\0\0')]),
    },
    ['error not-elf x.dll'],
  ],
  ['another machine', { [NIF]: nif({}, ARM) }, [`error wrong-machine ${NIF}`]],
  ['the same machine in 32 bits', { [NIF]: nif({ bits: 32 }) }, [`error wrong-machine ${NIF}`]],
  ['a big-endian machine', { [NIF]: nif({ order: 'big' }) }, [`error wrong-machine ${NIF}`]],
  [
    'an object of another machine',
    { 'c_src/x.o': library({ type: 1, machine: 183, needed: [] }) },
    ['error wrong-machine c_src/x.o'],
  ],
  ['code for the kernel', { 'lib/x/priv/filter.o': library({ type: 1, machine: 247, needed: [] }) }, []],
  ['an object of this machine', { 'c_src/x.o': library({ type: 1, needed: [] }) }, []],
  [
    'a NIF for musl, as Alpine names it',
    { [NIF]: nif({ needed: ['libc.musl-x86_64.so.1'] }) },
    [`error wrong-libc ${NIF}`],
  ],
  ['a NIF for musl, as musl names it', { [NIF]: nif({ needed: ['libc.so'] }) }, [`error wrong-libc ${NIF}`]],
  ['a program for musl', { [PORT]: program({}, MUSL) }, [`error wrong-libc ${PORT}`]],
  ['a NIF for both', { [NIF]: nif({ needed: ['libc.so', 'libc.so.6'] }) }, [`error wrong-libc ${NIF}`]],
  ['a NIF for glibc with musl', { [NIF]: nif() }, [`error wrong-libc ${NIF}`], { target: MUSL }],
  ['a program for glibc with musl', { [PORT]: program() }, [`error wrong-libc ${PORT}`], { target: MUSL }],
  ['musl by its own name, with musl', { [NIF]: nif({ needed: ['libc.so'] }) }, [], { target: MUSL }],
  [
    'a NIF with checks of glibc that names no library, with musl',
    { [NIF]: nif({ needed: [], symbols: [{ name: 'nif_init', defined: true }, { name: '__memcpy_chk' }] }) },
    [`error wrong-libc ${NIF}`],
    { target: MUSL },
  ],
  ['a library that needs nothing', { [NIF]: library({ needed: [], soname: 'x.so' }) }, []],
  ['a NIF that needs the emulator alone', { [NIF]: nif({ needed: [] }) }, []],
  [
    'a NIF that leans on an unnamed library',
    { [NIF]: nif({ needed: [], symbols: [{ name: 'nif_init', defined: true }, { name: 'malloc' }] }) },
    [`warning unknown-libc ${NIF}`],
  ],
  [
    'a loader of another system',
    { [PORT]: program({ interpreter: '/nix/store/x/ld-linux-x86-64.so.2' }) },
    [`error wrong-loader ${PORT}`],
  ],
  ['a static program', { [PORT]: library({ type: 2, needed: [], tags: [] }) }, []],
  ['glibc above the floor', { [NIF]: nif(needing('libc.so.6', 'GLIBC_2.38')) }, [`error glibc-too-new ${NIF}`]],
  ['glibc at the floor', { [NIF]: nif(needing('libc.so.6', 'GLIBC_2.36')) }, []],
  ['glibc above the floor, weakly', { [NIF]: nif(needing('libc.so.6', 'GLIBC_2.38', 2)) }, []],
  ['glibc 2.4 below 2.36', { [NIF]: nif(needing('libc.so.6', 'GLIBC_2.4')) }, []],
  [
    'the format of glibc 2.36',
    { [NIF]: nif(needing('libc.so.6', 'GLIBC_ABI_DT_RELR')) },
    [`error glibc-too-new ${NIF}`],
    { glibc: '2.35' },
  ],
  ['the format of glibc 2.36 with it', { [NIF]: nif(needing('libc.so.6', 'GLIBC_ABI_DT_RELR')) }, []],
  ['any glibc without a limit', { [NIF]: nif(needing('libc.so.6', 'GLIBC_2.99')) }, [], { glibc: undefined }],
  [
    "glibc's own symbols",
    { [NIF]: nif(needing('libc.so.6', 'GLIBC_PRIVATE')) },
    [`error glibc-private-symbols ${NIF}`],
  ],
  [
    'a newer C++ library',
    { [NIF]: nif(needing('libstdc++.so.6', 'GLIBCXX_3.4.31')) },
    [`error glibcxx-too-new ${NIF}`],
  ],
  ['the C++ library of the system', { [NIF]: nif(needing('libstdc++.so.6', 'GLIBCXX_3.4.30')) }, []],
  [
    'a newer runtime of C++',
    { [NIF]: nif(needing('libstdc++.so.6', 'CXXABI_1.3.14')) },
    [`error cxxabi-too-new ${NIF}`],
  ],
  ['a newer library of GCC', { [NIF]: nif(needing('libgcc_s.so.1', 'GCC_13.0.0')) }, [`error gcc-too-new ${NIF}`]],
  [
    'a newer C++ library that the release brings',
    {
      [NIF]: nif(needing('libstdc++.so.6', 'GLIBCXX_3.4.31')),
      'lib/web-0.1.0/priv/libstdc++.so.6': library({
        soname: 'libstdc++.so.6',
        definitions: [
          { names: ['libstdc++.so.6'], index: 1, flags: 1 },
          { names: ['GLIBCXX_3.4.31'], index: 2 },
        ],
      }),
    },
    [],
  ],
  ['an unknown library', { [NIF]: nif({ needed: ['libc.so.6', 'libodd.so.7'] }) }, [`error missing-library ${NIF}`]],
  [
    'an unknown library that is allowed',
    { [NIF]: nif({ needed: ['libc.so.6', 'libodd.so.7'] }) },
    [],
    { allowedLibraries: ['libodd.so.7'] },
  ],
  [
    'a library in the release, by its file',
    { [NIF]: nif({ needed: ['libc.so.6', 'libodd.so.7'] }), 'lib/web-0.1.0/priv/libodd.so.7': library() },
    [],
  ],
  [
    'a library in the release, by its own name',
    {
      [NIF]: nif({ needed: ['libc.so.6', 'libodd.so.7'] }),
      'lib/web-0.1.0/priv/odd.so': library({ soname: 'libodd.so.7' }),
    },
    [],
  ],
  [
    'a library in the release, by a link',
    {
      [NIF]: nif({ needed: ['libc.so.6', 'libodd.so.7'] }),
      'lib/web-0.1.0/priv/odd.so': library(),
      'lib/web-0.1.0/priv/libodd.so.7': { linkTo: 'odd.so' },
    },
    [],
  ],
  ['a library of a package', { [NIF]: nif({ needed: ['libc.so.6', 'libcrypto.so.3'] }) }, []],
  [
    'a library that only Debian has, with musl',
    { [NIF]: nif({ needed: ['libc.so', 'libsystemd.so.0'] }) },
    [`error missing-library ${NIF}`],
    { target: MUSL },
  ],
  [
    'names that musl takes for itself',
    { [NIF]: nif({ needed: ['libc.so', 'libm.so', 'libpthread.so.0'] }) },
    [],
    { target: MUSL },
  ],
  [
    'a function that the emulator lacks',
    { [NIF]: nif({ symbols: [{ name: 'enif_make_int' }, { name: 'enif_new_in_28' }] }) },
    [`error missing-beam-symbol ${NIF}`],
  ],
  [
    'a function that the emulator lacks, weakly',
    { [NIF]: nif({ symbols: [{ name: 'enif_new_in_28', binding: 2 }] }) },
    [],
  ],
  [
    'a driver',
    { [NIF]: nif({ symbols: [{ name: 'driver_alloc' }, { name: 'erl_drv_none' }] }) },
    [`error missing-beam-symbol ${NIF}`],
  ],
  [
    'two OpenSSLs',
    {
      [NIF]: nif({ needed: ['libc.so.6', 'libcrypto.so.3'] }),
      [PORT]: program({ needed: ['libc.so.6', 'libssl.so.1.1'] }),
    },
    ['error openssl-conflict -'],
  ],
  ['one OpenSSL', { [NIF]: nif({ needed: ['libcrypto.so.3'] }), [PORT]: program({ needed: ['libssl.so.3'] }) }, []],
  [
    'an older runtime',
    { 'erts-15.2.7/bin/beam.smp': emulator(GNU, 'Erlang/OTP 26%s [erts-14.2.5]') },
    ['error erts-mismatch -'],
  ],
  ['a stdlib of another OTP', application('stdlib', '5.2.3', 'erts-14.0'), ['error erts-mismatch -']],
  ['a kernel that needs a newer runtime', application('kernel', '10.3', 'erts-16.0'), ['error erts-mismatch -']],
  ['scripts that look for another runtime', { 'releases/start_erl.data': '15.2.6 0.1.0' }, ['error erts-mismatch -']],
  ['an emulator that says nothing', { 'erts-15.2.7/bin/beam.smp': emulator(GNU, 'nothing') }, []],
  ['an ELF file that breaks off', { [NIF]: nif().subarray(0, 100) }, [`error malformed-elf ${NIF}`]],
  ['a search path outside', { [NIF]: nif({ runpath: '$ORIGIN/lib:/opt/odd/lib' }) }, [`warning absolute-rpath ${NIF}`]],
  ['an old search path outside', { [NIF]: nif({ rpath: '/home/me/lib' }) }, [`warning absolute-rpath ${NIF}`]],
  [
    'a search path up and out',
    { [NIF]: nif({ runpath: '$ORIGIN/../../../../lib' }) },
    [`warning absolute-rpath ${NIF}`],
  ],
  ['the current directory as search path', { [NIF]: nif({ runpath: '$ORIGIN:' }) }, [`warning absolute-rpath ${NIF}`]],
  ['a search path inside', { [NIF]: nif({ runpath: '$ORIGIN/../lib:${ORIGIN}' }) }, []],
  ['a search path of the system', { [NIF]: nif({ runpath: '/usr/lib/x86_64-linux-gnu:/usr/local/lib' }) }, []],
  ["the search path of OTP's crypto", { [NIF]: nif({ rpath: '/usr/local/lib64:/usr/sfw/lib64:/opt/local/lib' }) }, []],
  ['a newer processor', { [NIF]: nif({ notes: isaNote(5), noteAlignment: 8 }) }, [`warning isa-level ${NIF}`]],
  ['any processor', { [NIF]: nif({ notes: isaNote(1), noteAlignment: 8 }) }, []],
  ['an executable stack', { [NIF]: nif({ stack: 7 }) }, [`warning executable-stack ${NIF}`]],
  [
    'a known library by name',
    { [NIF]: nif({ symbols: [{ name: 'dlopen' }, { name: 'libsctp.so.1' }] }) },
    [`warning dlopen ${NIF}`],
  ],
  ['the same name without dlopen', { [NIF]: nif({ symbols: [{ name: 'libsctp.so.1' }] }) }, []],
  ['an unknown library by name', { [NIF]: nif({ symbols: [{ name: 'dlopen' }, { name: 'libodd.so.1' }] }) }, []],
  ['a cookie', { 'releases/COOKIE': 'x' }, ['warning cookie releases/COOKIE']],
  [
    'a private key',
    { 'priv/x.pem': '-----BEGIN CERTIFICATE-----\nx\n-----BEGIN RSA PRIVATE KEY-----\nx' },
    ['warning possible-secret priv/x.pem'],
  ],
  ['a private key of any name', { 'priv/x': '-----BEGIN PRIVATE KEY-----\nx' }, ['warning possible-secret priv/x']],
  ['a certificate', { 'priv/x.pem': '-----BEGIN CERTIFICATE-----\nx' }, []],
  ['a public key', { 'priv/x.pem': '-----BEGIN PUBLIC KEY-----\nx' }, []],
  [
    'an environment',
    { 'lib/web-0.1.0/priv/.env': 'A=1', '.env.prod': 'A=1', '.env.example': 'A=' },
    ['warning possible-secret .env.prod', 'warning possible-secret lib/web-0.1.0/priv/.env'],
  ],
  [
    'a repository',
    { 'lib/web-0.1.0/priv/.git/config': 'x', 'lib/web-0.1.0/priv/.git/x/y.so': nif({}, ARM) },
    ['warning possible-secret lib/web-0.1.0/priv/.git'],
  ],
  [
    'a script with a place of the builder',
    { 'bin/x': { content: '#!/bin/sh\nexec /home/me/app/bin/x\n', mode: 0o755 } },
    ['warning build-path bin/x'],
  ],
  [
    'a script of another kind',
    { 'bin/x': { content: '#!/build/src/deps/x\n', mode: 0o755 } },
    ['warning build-path bin/x'],
  ],
  [
    'a script with places of the target',
    { 'bin/x': { content: '#!/bin/sh\ncd /usr/lib; exec "$HOME/home/me" /var/home/me\n', mode: 0o755 } },
    [],
  ],
  ['a text that is no script', { 'README.md': 'See /home/me/app.' }, []],
  [
    'a link out of the release',
    { 'lib/x': { linkTo: '/etc/x' }, 'lib/y': { linkTo: '../../y' } },
    ['warning link-outside-release lib/x', 'warning link-outside-release lib/y'],
  ],
  ['a link inside the release', { 'lib/x': { linkTo: '../bin/web' } }, []],
];

describe('the rules', () => {
  it.each(RULES)('%s', async (_, more, expected, options = {}) => {
    expect(await codes(more, options)).toEqual(expected);
  });

  it('say what was found and what to do, each in whole sentences', async () => {
    const everything = await Promise.all(RULES.map(([, more, , options = {}]) => found(more, options)));
    for (const { message, next } of everything.flat()) {
      expect(message).toMatch(/^(?:[a-z$]|\S+ is ERTS|ERTS|files|the|anyone).*[^.\s]$/);
      expect(next).toMatch(/^[A-Z].*[.?]$/);
    }
  });

  it('find a page size that not every kernel of aarch64 has', async () => {
    const report = await audited(
      { 'releases/start_erl.data': '15 1', 'lib/x/priv/x.so': nif({}, ARM) },
      { target: ARM },
    );
    expect(report.findings.map(({ code }) => code)).toEqual(['page-size']);
  });

  it('do not ask a NIF for an emulator that is not there', async () => {
    const report = await audited({ 'releases/1.0/x.rel': '{}', [NIF]: nif({ symbols: [{ name: 'enif_new_in_28' }] }) });
    expect(report).toMatchObject({ verdict: 'pass', target: GNU, findings: [] });
  });

  it('leave out what is excepted, and say so', async () => {
    const more = {
      'lib/a-1/priv/x.dylib': Buffer.from('cffaedfe07000001', 'hex'),
      'lib/b-1/priv/firmware/x': nif({ needed: ['libodd.so'] }, ARM),
      'lib/b-1/priv/firmware/.env': 'A=1',
    };
    const report = await audited({ ...release(), ...more }, { except: ['lib/a-*/priv/*.dylib', 'firmware/'] });
    expect(report).toMatchObject({ verdict: 'pass', findings: [] });
    expect(report.excepted).toEqual(['lib/a-1/priv/x.dylib', 'lib/b-1/priv/firmware/x']);
  });
});
