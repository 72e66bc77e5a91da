import type { ErrorCode, WrongCase } from './case.js';
import type { Base } from './parts.js';
import { PRIV } from './tree.js';

type Row = readonly [name: string, base: Base, object: string, more?: Partial<WrongCase> & { readonly as?: string }];

const PORT = { as: 'port' };

/** One more file in a release, wrong in the way that its list says. */
const ADDED: Readonly<Partial<Record<ErrorCode, readonly Row[]>>> = {
  'wrong-machine': [
    ['a NIF for arm64', 'trixie', 'aarch64-gnu/nif.so'],
    ['a NIF for arm64 that needs no library', 'trixie', 'aarch64-gnu/nif-bare.so'],
    ['a NIF for x86-64', 'arm64', 'x86_64-gnu/nif.so'],
    ['a NIF for x86-64 that needs no library', 'arm64', 'x86_64-gnu/nif-bare.so'],
    ['a stripped NIF for x86-64', 'arm64', 'x86_64-gnu/nif-stripped.so'],
    ['a NIF for x86-64 without a table of sections', 'arm64', 'x86_64-gnu/nif-no-sections.so'],
    ['a port program for x86-64', 'arm64', 'x86_64-gnu/port', PORT],
    ['a static port program for x86-64', 'arm64', 'x86_64-gnu/port-static', PORT],
    ['a static port program for arm64', 'musl', 'aarch64-gnu/port-static', PORT],
    ['a NIF of 32 bits', 'trixie', 'other/nif-i686.so'],
    ['a port program of 32 bits', 'trixie', 'other/port-i686', PORT],
    ['a NIF for x86-64 with addresses of 32 bits', 'trixie', 'other/nif-x32.so'],
    ['a NIF for s390x, which is big endian', 'trixie', 'other/nif-s390x.so'],
    ['a NIF for arm64 that is big endian', 'arm64', 'other/nif-aarch64_be.so'],
    ['a NIF for ARM of 32 bits', 'arm64', 'other/nif-armhf.so'],
    ['a NIF for ARM without hardware for numbers', 'arm64', 'other/nif-armel.so'],
    ['a static port program for ARM of 32 bits', 'arm64', 'other/port-armhf-static', PORT],
    ['a NIF for RISC-V', 'arm64', 'other/nif-riscv64.so'],
    ['a static port program for RISC-V', 'trixie', 'other/port-riscv64', PORT],
    ['a NIF for PowerPC', 'trixie', 'other/nif-ppc64.so'],
    ['a NIF for MIPS', 'musl', 'other/nif-mips.so'],
    ['a NIF for arm64 and musl', 'musl', 'aarch64-musl/nif.so'],
  ],
  'wrong-libc': [
    ['a NIF of glibc', 'musl', 'x86_64-gnu/nif.so'],
    ['a stripped NIF of glibc', 'musl', 'x86_64-gnu/nif-stripped.so'],
    ['a NIF that needs a library of glibc, and not libc', 'musl', 'x86_64-musl/nif-maths-of-glibc.so'],
    ['a port program of glibc', 'musl', 'x86_64-gnu/port', { ...PORT, also: ['wrong-loader'] }],
    ['a NIF that needs both C libraries', 'musl', 'x86_64-musl/nif-both.so'],
    ['a NIF of musl', 'trixie', 'x86_64-musl/nif.so'],
    ['a NIF of musl, by the name of Alpine', 'bookworm', 'x86_64-musl/nif-alpine.so'],
    ['a port program of musl', 'trixie', 'x86_64-musl/port', { ...PORT, also: ['wrong-loader'] }],
    ['a NIF that needs both C libraries', 'trixie', 'x86_64-musl/nif-both.so'],
    ['a NIF of musl', 'arm64', 'aarch64-musl/nif.so'],
  ],
  'wrong-loader': [
    ['a port program with the loader of a Nix store', 'trixie', 'x86_64-gnu/port-nix', PORT],
    ['a port program with a loader in /tmp', 'trixie', 'x86_64-gnu/port-tmp', PORT],
    ['a port program with the loader in /lib', 'trixie', 'x86_64-gnu/port-lib', PORT],
    ['a port program with a loader where it is started', 'trixie', 'x86_64-gnu/port-relative', PORT],
    ['a port program with the loader in /lib64', 'arm64', 'aarch64-gnu/port-lib64', PORT],
    ['a port program that carries its loader to /tmp', 'musl', 'x86_64-musl/port-tmp', PORT],
  ],
  'glibc-too-new': [
    ['a NIF that needs glibc 2.38', 'bookworm', 'x86_64-gnu/nif-new-glibc.so'],
    ['a NIF that needs glibc 2.38', 'compiled', 'x86_64-gnu/nif-new-glibc.so'],
    ['a port program that needs glibc 2.38', 'bookworm', 'x86_64-gnu/port-new-glibc', PORT],
    ['a NIF with the library of C++ of a newer suite linked in', 'bookworm', 'x86_64-gnu/cxx-static.so'],
    ['a NIF with packed relocations, which glibc knows since 2.36', 'bullseye', 'x86_64-gnu/nif-relr.so'],
  ],
  'glibcxx-too-new': [['a NIF in C++ of GCC 14', 'bookworm', 'x86_64-gnu/cxx-new-glibcxx.so']],
  'cxxabi-too-new': [['a NIF in C++ with a type of GCC 13', 'bookworm', 'x86_64-gnu/cxx-new-cxxabi.so']],
  'gcc-too-new': [['a NIF with integers of GCC 14', 'bookworm', 'x86_64-gnu/nif-wide-integers.so']],
  'glibc-private-symbols': [
    ['a NIF with a private function of libc', 'trixie', 'x86_64-gnu/nif-private-libc.so'],
    ['a NIF with a private function of the loader', 'bookworm', 'x86_64-gnu/nif-private-loader.so'],
  ],
  'missing-library': [
    ['a NIF that needs a library of nobody', 'bookworm', 'x86_64-gnu/nif-vendor.so'],
    ['a NIF that needs a library by a path', 'trixie', 'x86_64-gnu/nif-vendor-path.so'],
    ['a NIF that finds its library beside itself, without it', 'trixie', 'x86_64-gnu/nif-vendor-origin.so'],
    ['a NIF that needs a library of another place', 'trixie', 'x86_64-gnu/nif-vendor-absolute.so'],
    ['a port program that needs a library of nobody', 'trixie', 'x86_64-gnu/port-vendor', PORT],
    ['a NIF that needs a library of nobody', 'musl', 'x86_64-musl/nif-vendor.so'],
    ['a NIF that needs a library of nobody', 'arm64', 'aarch64-gnu/nif-vendor.so'],
  ],
  'missing-beam-symbol': [
    ['a NIF with an enif_ function that no Erlang has', 'trixie', 'x86_64-gnu/nif-unknown-enif.so'],
    ['a NIF with an erl_drv_ function that no Erlang has', 'trixie', 'x86_64-gnu/nif-unknown-erl-drv.so'],
    ['a NIF with a driver_ function that no Erlang has', 'compiled', 'x86_64-gnu/nif-unknown-driver.so'],
    ['a NIF with a function of a newer Erlang', 'bookworm', 'x86_64-gnu/nif-newer-erlang.so'],
    ['a NIF with a function of a much newer Erlang', 'bullseye', 'x86_64-gnu/nif-newer-erlang.so'],
    ['a NIF with an enif_ function that no Erlang has', 'musl', 'x86_64-musl/nif-unknown-enif.so'],
    ['a NIF with an enif_ function that no Erlang has', 'arm64', 'aarch64-gnu/nif-unknown-enif.so'],
  ],
  'openssl-conflict': [
    [
      'a NIF with the OpenSSL 3 of another suite, beside 1.1',
      'bullseye',
      'x86_64-gnu/nif-crypto.so',
      { file: undefined },
    ],
  ],
  'not-elf': [
    ['a NIF for macOS', 'trixie', 'foreign/nif-x86_64.dylib'],
    ['a NIF for macOS on arm64', 'arm64', 'foreign/nif-arm64.dylib'],
    ['a NIF for macOS with its own ending', 'bookworm', 'foreign/nif-arm64.dylib', { as: 'extra.dylib' }],
    ['a NIF for macOS on both machines', 'musl', 'foreign/nif-universal.dylib'],
    ['a port program for macOS', 'trixie', 'foreign/port-macos', PORT],
    ['a NIF for Windows', 'trixie', 'foreign/nif.dll', { as: 'extra.dll' }],
    ['a NIF for Windows of 32 bits', 'trixie', 'foreign/nif-i686.dll'],
    ['a port program for Windows', 'musl', 'foreign/port.exe', PORT],
  ],
};

/** Releases with one file that is wrong. */
export const WRONG_FILES: readonly WrongCase[] = Object.entries(ADDED).flatMap(([code, rows]) =>
  rows.map(([name, base, object, { as = 'extra.so', ...more } = {}]) => ({
    name: `${base} with ${name}`,
    base,
    code: code as ErrorCode,
    file: `${PRIV}/${as}`,
    change: (tree: Parameters<NonNullable<WrongCase['change']>>[0]) => tree.add(object, `${PRIV}/${as}`),
    ...more,
  })),
);
