import type { Libc, Target } from '../targets/table.js';
import { allowedFloor } from './floors.js';
import type { SymbolFloor } from './report.js';

/** What a release for one target may be and may need. */
export interface Policy {
  readonly target: Target;
  readonly bits: 64;
  readonly byteOrder: 'little';
  /** The highest versions of symbols; a family that is absent has no limit. */
  readonly allowed: SymbolFloor;
  /** Whether a library comes with the target's C library, so that every system has it. */
  readonly isBase: (library: string) => boolean;
  /** Libraries that the user answers for. */
  readonly allowedLibraries: ReadonlySet<string>;
  /** The smallest alignment of what is loaded, in bytes, with which every kernel of the architecture can load it. */
  readonly pageSize: number;
  /** The level of instructions that every processor of the architecture has, where there are levels. */
  readonly x86Level: number;
}

/** What is asked of an audit besides the target. */
export interface PolicyOptions {
  /** The highest glibc that the release may need; undefined for no limit. */
  readonly glibc: string | undefined;
  readonly allowedLibraries: readonly string[];
}

/**
 * Libraries of the C library itself. Those of glibc are its package's own files, as in `libc6` of Debian and `glibc` of
 * Fedora; musl takes for itself whatever begins with these names (`reserved` in its `ldso/dynlink.c`).
 */
const BASE: Readonly<Record<Libc, RegExp>> = {
  glibc:
    /^(?:libc\.so\.6|libm\.so\.6|libmvec\.so\.1|libdl\.so\.2|libpthread\.so\.0|librt\.so\.1|libutil\.so\.1|libresolv\.so\.2|libanl\.so\.1|ld-linux-x86-64\.so\.2|ld-linux-aarch64\.so\.1)$/,
  musl: /^(?:lib(?:c|pthread|rt|m|dl|util|xnet)\.(?!so\.6$)|ld-musl-)/,
};

/** Kernels of aarch64 have pages of 4, 16 or 64 KiB. */
const PAGE_SIZE: Readonly<Record<string, number>> = { aarch64: 64 * 1024 };

export function policyFor(target: Target, { glibc, allowedLibraries }: PolicyOptions): Policy {
  return {
    target,
    bits: 64,
    byteOrder: 'little',
    allowed: target.libc === 'glibc' ? allowedFloor(glibc, target.machine) : {},
    isBase: (library) => BASE[target.libc].test(library),
    allowedLibraries: new Set(allowedLibraries),
    pageSize: PAGE_SIZE[target.machine] ?? 4096,
    x86Level: 1,
  };
}
