import { generateKeyPairSync } from 'node:crypto';
import { BASES, type Base } from './parts.js';
import type { RightCase } from './case.js';
import { PRIV } from './tree.js';

const BUILT = Object.keys(BASES) as readonly Base[];

/** Each as the product built it, with its own Erlang and without. */
const AS_BUILT: readonly RightCase[] = BUILT.flatMap((base) => [
  { name: `${base}, as it was built`, base },
  { name: `${base}, as it was built, without ERTS`, base, withoutErts: true },
  { name: `${base}, as it was built, as a tarball`, base, tarball: true },
]);

/** One more file in a release; it is named for what it is, not for how it is built. */
const ADDED: readonly (readonly [name: string, base: Base, object: string, as?: string])[] = [
  ['a stripped NIF', 'trixie', 'x86_64-gnu/nif-stripped.so'],
  ['a NIF without a table of sections', 'trixie', 'x86_64-gnu/nif-no-sections.so'],
  ['a NIF that needs no library', 'trixie', 'x86_64-gnu/nif-bare.so'],
  ['a NIF with its library linked in', 'trixie', 'x86_64-gnu/nif-vendor-static.so'],
  ['a NIF without an ending or the right to be executed', 'trixie', 'x86_64-gnu/nif.so', 'nif'],
  ['a NIF in C++', 'bookworm', 'x86_64-gnu/cxx.so'],
  ['a NIF in C++ with the library of C++ linked in', 'trixie', 'x86_64-gnu/cxx-static.so'],
  ['a NIF in C++ that needs the newest of its suite', 'trixie', 'x86_64-gnu/cxx-new-glibcxx.so'],
  ['a NIF that needs a new glibc where there is one', 'trixie', 'x86_64-gnu/nif-new-glibc.so'],
  ['a NIF that can do without the new glibc that it names', 'bullseye', 'x86_64-gnu/nif-weak-new-glibc.so'],
  ['a NIF with packed relocations where glibc knows them', 'bookworm', 'x86_64-gnu/nif-relr.so'],
  ['a NIF with the OpenSSL that Erlang has', 'trixie', 'x86_64-gnu/nif-crypto.so'],
  ['a NIF that needs libsodium, which its systems have', 'trixie', 'x86_64-gnu/nif-sodium.so'],
  ['a NIF with a function of Erlang that it can do without', 'trixie', 'x86_64-gnu/nif-weak-enif.so'],
  ['a NIF with a function of its Erlang, which older ones lack', 'compiled', 'x86_64-gnu/nif-newer-erlang.so'],
  ['a linked-in driver', 'bookworm', 'x86_64-gnu/driver.so'],
  ['a port program', 'trixie', 'x86_64-gnu/port', 'port'],
  ['a static port program', 'trixie', 'x86_64-gnu/port-static', 'port'],
  ['a static port program for any address', 'bullseye', 'x86_64-gnu/port-static-pie', 'port'],
  ['a port program without any library', 'forky', 'x86_64-gnu/port-bare', 'port'],
  ['a static port program of glibc where there is musl', 'musl', 'x86_64-gnu/port-static', 'port'],
  ['a static port program of musl where there is glibc', 'trixie', 'x86_64-musl/port-static', 'port'],
  ['what a debugger reads', 'trixie', 'x86_64-gnu/nif.debug', 'nif.debug'],
  ['an object that a linker reads', 'trixie', 'x86_64-gnu/nif.o', 'nif.o'],
  ['an archive that a linker reads', 'trixie', 'x86_64-gnu/libvendor.a', 'libvendor.a'],
  ['WebAssembly', 'trixie', 'foreign/nif.wasm', 'nif.wasm'],
  ['bytecode of Java, which begins as programs of macOS do', 'trixie', 'foreign/Link.class', 'Link.class'],
  ['a NIF with musl by its own name', 'musl', 'x86_64-musl/nif.so'],
  ['a NIF with musl by the name of Alpine', 'musl', 'x86_64-musl/nif-alpine.so'],
  ['a port program with musl by the name of Alpine', 'musl', 'x86_64-musl/port-alpine', 'port'],
  ['a NIF that needs no library, for musl', 'musl', 'x86_64-gnu/nif-bare.so'],
  ['a stripped NIF for arm64', 'arm64', 'aarch64-gnu/nif-stripped.so'],
  ['a NIF in C++ for arm64', 'arm64', 'aarch64-gnu/cxx.so'],
  ['a port program for arm64', 'arm64', 'aarch64-gnu/port', 'port'],
  ['a static port program for arm64', 'arm64', 'aarch64-gnu/port-static', 'port'],
];

const OTHERS: readonly RightCase[] = [
  {
    name: 'trixie with a NIF that finds its library beside itself',
    base: 'trixie',
    change: (tree) => {
      tree.add('x86_64-gnu/nif-vendor-origin.so', `${PRIV}/extra.so`);
      tree.add('x86_64-gnu/libvendor.so.1', `${PRIV}/libvendor.so.1`);
    },
  },
  {
    name: 'bookworm with a NIF that finds its library in another directory, by the older kind of path',
    base: 'bookworm',
    change: (tree) => {
      tree.add('x86_64-gnu/nif-vendor-rpath.so', `${PRIV}/nifs/extra.so`);
      tree.add('x86_64-gnu/libvendor.so.1', `${PRIV}/lib/libvendor.so.1`);
    },
  },
  {
    name: 'musl with a NIF that finds its library beside itself',
    base: 'musl',
    change: (tree) => {
      tree.add('x86_64-musl/nif-vendor-origin.so', `${PRIV}/extra.so`);
      tree.add('x86_64-musl/libvendor.so.1', `${PRIV}/libvendor.so.1`);
    },
  },
  {
    name: 'arm64 with a NIF that finds its library beside itself',
    base: 'arm64',
    change: (tree) => {
      tree.add('aarch64-gnu/nif-vendor-origin.so', `${PRIV}/extra.so`);
      tree.add('aarch64-gnu/libvendor.so.1', `${PRIV}/libvendor.so.1`);
    },
  },
  {
    name: 'a release without ERTS for arm64 and musl, which nothing here can build as a whole',
    base: 'musl',
    withoutErts: true,
    target: 'aarch64-unknown-linux-musl',
    change: (tree) => {
      tree.remove(`${PRIV}/echo`);
      tree.add('aarch64-musl/nif.so', `${PRIV}/native.so`);
    },
  },
  {
    name: 'bookworm, held against the newer glibc of trixie',
    base: 'bookworm',
    glibc: '2.41',
  },
  {
    name: 'trixie with a text that begins as programs of Windows do',
    base: 'trixie',
    change: (tree) => tree.write(`${PRIV}/notes.txt`, 'MZ is how these notes begin.\n'.repeat(100)),
  },
];

/** What passes, and is to be warned of. */
const WARNED: readonly RightCase[] = [
  {
    name: 'trixie with a NIF that looks for libraries outside of the release',
    base: 'trixie',
    warning: 'absolute-rpath',
    file: `${PRIV}/extra.so`,
    change: (tree) => tree.add('x86_64-gnu/nif-absolute.so', `${PRIV}/extra.so`),
  },
  {
    name: 'trixie with a NIF for newer processors',
    base: 'trixie',
    warning: 'isa-level',
    file: `${PRIV}/extra.so`,
    change: (tree) => tree.add('x86_64-gnu/nif-v3.so', `${PRIV}/extra.so`),
  },
  {
    name: 'trixie with a NIF that asks for a stack that can be executed',
    base: 'trixie',
    warning: 'executable-stack',
    file: `${PRIV}/extra.so`,
    change: (tree) => tree.add('x86_64-gnu/nif-exec-stack.so', `${PRIV}/extra.so`),
  },
  {
    name: 'trixie with a NIF that does not say whose functions it uses',
    base: 'trixie',
    warning: 'unknown-libc',
    file: `${PRIV}/extra.so`,
    change: (tree) => tree.add('x86_64-gnu/nif-unsaid.so', `${PRIV}/extra.so`),
  },
  {
    name: 'arm64 with a NIF for small pages alone',
    base: 'arm64',
    warning: 'page-size',
    file: `${PRIV}/extra.so`,
    change: (tree) => tree.add('aarch64-gnu/nif-4k.so', `${PRIV}/extra.so`),
  },
  {
    name: 'trixie with a private key that its owner alone can read',
    base: 'trixie',
    warning: 'possible-secret',
    file: `${PRIV}/server.pem`,
    change: (tree) => {
      const { privateKey } = generateKeyPairSync('ed25519');
      tree.write(`${PRIV}/server.pem`, privateKey.export({ type: 'pkcs8', format: 'pem' }), 0o600);
    },
  },
  { name: 'trixie with its cookie', base: 'trixie', warning: 'cookie', file: 'releases/COOKIE' },
];

/** Releases that an audit must pass. */
export const RIGHT: readonly RightCase[] = [
  ...AS_BUILT,
  ...ADDED.map(([name, base, object, as = 'extra.so']) => ({
    name: `${base} with ${name}`,
    base,
    change: (tree: Parameters<NonNullable<RightCase['change']>>[0]) =>
      tree.add(object, `${PRIV}/${as}`, as === 'nif' ? 0o644 : 0o755),
  })),
  ...OTHERS,
  ...WARNED,
];
