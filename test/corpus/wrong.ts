import { generateKeyPairSync } from 'node:crypto';
import * as damage from './damage.js';
import type { WrongCase } from './case.js';
import { PRIV, type Tree } from './tree.js';
import { WRONG_FILES } from './wrong-files.js';

const X86_GNU = 'x86_64-unknown-linux-gnu';

/** As they were built, and held against another machine. */
const WHOLE: readonly WrongCase[] = [
  { name: 'trixie for arm64', base: 'trixie', target: 'aarch64-unknown-linux-gnu', code: 'wrong-machine' },
  { name: 'arm64 for x86-64', base: 'arm64', target: X86_GNU, code: 'wrong-machine' },
  {
    name: 'trixie for musl',
    base: 'trixie',
    target: 'x86_64-unknown-linux-musl',
    code: 'wrong-libc',
    also: ['wrong-loader'],
  },
  { name: 'musl for glibc', base: 'musl', target: X86_GNU, glibc: '2.41', code: 'wrong-libc', also: ['wrong-loader'] },
  {
    name: 'trixie for the glibc of bookworm',
    base: 'trixie',
    glibc: '2.36',
    code: 'glibc-too-new',
    also: ['glibcxx-too-new', 'gcc-too-new'],
  },
  {
    name: 'bookworm for the glibc of bullseye',
    base: 'bookworm',
    glibc: '2.31',
    code: 'glibc-too-new',
    also: ['glibcxx-too-new', 'gcc-too-new'],
  },
  {
    name: 'bookworm, packed, for the glibc of bullseye',
    base: 'bookworm',
    glibc: '2.31',
    tarball: true,
    code: 'glibc-too-new',
    also: ['glibcxx-too-new', 'gcc-too-new'],
  },
  { name: 'arm64 for the glibc of bookworm', base: 'arm64', glibc: '2.36', code: 'glibc-too-new' },
  {
    name: 'trixie without ERTS for arm64',
    base: 'trixie',
    withoutErts: true,
    target: 'aarch64-unknown-linux-gnu',
    code: 'wrong-machine',
  },
  {
    name: 'arm64 with one program of ERTS for x86-64',
    base: 'arm64',
    code: 'wrong-machine',
    change: (tree) => tree.take('trixie', 'erts-15.2.7/bin/erl_child_setup'),
    file: 'erts-15.2.7/bin/erl_child_setup',
  },
  {
    name: 'musl with one program of ERTS for glibc',
    base: 'musl',
    code: 'wrong-libc',
    also: ['wrong-loader'],
    change: (tree) => tree.take('trixie', 'erts-15.2.7/bin/inet_gethost'),
    file: 'erts-15.2.7/bin/inet_gethost',
  },
];

const OPENSSL: readonly WrongCase[] = [
  {
    name: 'trixie with a NIF of OpenSSL 1.1 beside crypto of 3',
    base: 'trixie',
    code: 'openssl-conflict',
    change: (tree) => tree.take('bullseye', 'lib/crypto-4.8.3/priv/lib/crypto.so', `${PRIV}/legacy.so`),
  },
  {
    name: 'bookworm with the application crypto of bullseye',
    base: 'bookworm',
    code: 'openssl-conflict',
    change: (tree) => tree.take('bullseye', 'lib/crypto-4.8.3'),
  },
];

/** Another ERTS in place of the release's own. */
function otherErts(tree: Tree, from: Parameters<Tree['take']>[0], version: string): void {
  tree.remove(tree.find('', 'erts-'));
  tree.take(from, `erts-${version}`);
  tree.write('releases/start_erl.data', `${version} 1.0.0`);
}

const ERTS: readonly WrongCase[] = [
  {
    name: 'trixie with the ERTS of OTP 25',
    base: 'trixie',
    code: 'erts-mismatch',
    also: ['missing-beam-symbol'],
    change: (tree) => otherErts(tree, 'bookworm', '13.1.5'),
  },
  {
    name: 'bookworm with the ERTS of OTP 27',
    base: 'bookworm',
    code: 'erts-mismatch',
    change: (tree) => otherErts(tree, 'compiled', '15.2.7'),
  },
  {
    name: 'compiled with the ERTS of OTP 23',
    base: 'compiled',
    code: 'erts-mismatch',
    also: ['missing-beam-symbol'],
    change: (tree) => otherErts(tree, 'bullseye', '11.1.8'),
  },
  {
    name: 'trixie with kernel and stdlib of OTP 25',
    base: 'trixie',
    code: 'erts-mismatch',
    change: (tree) => {
      for (const name of ['kernel-', 'stdlib-']) tree.remove(tree.find('lib', name));
      tree.take('bookworm', 'lib/kernel-8.5.3');
      tree.take('bookworm', 'lib/stdlib-4.2');
    },
  },
  {
    name: 'trixie with the emulator of OTP 25 in the right directory',
    base: 'trixie',
    code: 'erts-mismatch',
    also: ['missing-beam-symbol'],
    change: (tree) => tree.take('bookworm', 'erts-13.1.5/bin/beam.smp', 'erts-15.2.7/bin/beam.smp'),
  },
  {
    name: 'trixie with a directory of ERTS of another name',
    base: 'trixie',
    code: 'erts-mismatch',
    change: (tree) => {
      tree.rename('erts-15.2.7', 'erts-14.2');
      tree.write('releases/start_erl.data', '14.2 1.0.0');
    },
  },
  {
    name: 'musl whose scripts look for another ERTS',
    base: 'musl',
    code: 'erts-mismatch',
    change: (tree) => tree.write('releases/start_erl.data', '14.2.5 1.0.0'),
  },
];

type Damage = readonly [name: string, base: WrongCase['base'], file: string, change: (bytes: Buffer) => Buffer];

const NIF = `${PRIV}/native.so`;
const DAMAGES: readonly Damage[] = [
  ['a NIF cut behind its magic bytes', 'trixie', NIF, damage.cutAt(4)],
  ['a NIF cut in its header', 'trixie', NIF, damage.cutAt(40)],
  ['a NIF cut behind its header', 'trixie', NIF, damage.cutAt(64)],
  ['a NIF cut in its table of segments', 'trixie', NIF, damage.cutAt(200)],
  ['a NIF cut at a page', 'trixie', NIF, damage.cutAt(4096)],
  ['a NIF cut in half', 'bookworm', NIF, damage.cutInHalf],
  ['a NIF cut in its dynamic section', 'trixie', NIF, damage.cutInDynamic],
  ['a NIF cut just before the end of what is loaded', 'trixie', NIF, damage.cutInLastSegment],
  ['a NIF of musl cut in half', 'musl', NIF, damage.cutInHalf],
  ['a NIF of arm64 cut in half', 'arm64', NIF, damage.cutInHalf],
  ['a port program cut in half', 'trixie', `${PRIV}/echo`, damage.cutInHalf],
  ['a NIF in C++ cut in its dynamic section', 'bookworm', `${PRIV}/cxx.so`, damage.cutInDynamic],
  ['the emulator cut in half', 'trixie', 'erts-15.2.7/bin/beam.smp', damage.cutInHalf],
  ['the emulator cut in its dynamic section', 'arm64', 'erts-15.2.7/bin/beam.smp', damage.cutInDynamic],
  ['a NIF whose table of segments lies behind its end', 'trixie', NIF, damage.moveSegmentTable],
  ['a NIF whose dynamic section lies nowhere', 'trixie', NIF, damage.moveDynamic],
  ['a NIF whose names lie nowhere', 'trixie', NIF, damage.moveNames],
  ['a NIF with zeros behind its first page', 'trixie', NIF, damage.zeroBehindStart],
];

const DAMAGED: readonly WrongCase[] = DAMAGES.map(([name, base, file, change]) => ({
  name: `${base} with ${name}`,
  base,
  code: 'malformed-elf',
  file,
  change: (tree) => tree.edit(file, change),
}));

const CONTENT: readonly WrongCase[] = [
  {
    name: 'trixie with a private key that everybody can read',
    base: 'trixie',
    code: 'readable-key',
    file: `${PRIV}/server.pem`,
    change: (tree) => {
      const { privateKey } = generateKeyPairSync('ed25519');
      tree.write(`${PRIV}/server.pem`, privateKey.export({ type: 'pkcs8', format: 'pem' }), 0o644);
    },
  },
  {
    name: 'trixie with a pointer of Git LFS instead of a NIF',
    base: 'trixie',
    tarball: true,
    code: 'lfs-pointer',
    file: `${PRIV}/extra.so`,
    change: (tree) => {
      const oid = '0'.repeat(64);
      const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${oid}\nsize 4096\n`;
      tree.write(`${PRIV}/extra.so`, pointer, 0o644);
    },
  },
  {
    name: 'musl with the line ends of Windows in what its start script reads',
    base: 'musl',
    code: 'crlf-script',
    file: 'releases/1.0.0/env.sh',
    change: (tree) => tree.write('releases/1.0.0/env.sh', '#!/bin/sh\r\nexport RELEASE_MODE=interactive\r\n', 0o644),
  },
];

/** Releases that an audit must refuse. */
export const WRONG: readonly WrongCase[] = [...WRONG_FILES, ...WHOLE, ...OPENSSL, ...ERTS, ...DAMAGED, ...CONTENT];
