import type { Libc, Target } from '../targets/table.js';
import { allowedFloor } from './floors.js';
import type { SymbolFloor } from './report.js';

/** What the audit allows a release for one target. */
export interface Policy {
  readonly target: Target;
  readonly bits: 64;
  readonly byteOrder: 'little';
  /** The highest symbol versions; an absent family has no limit. */
  readonly allowed: SymbolFloor;
  /** Whether a library is part of the target's C library, so that every system has it. */
  readonly isBase: (library: string) => boolean;
  /** The libraries of `allow-libraries`. */
  readonly allowedLibraries: ReadonlySet<string>;
  /** The smallest segment alignment, in bytes, that every kernel of the architecture can load. */
  readonly pageSize: number;
  /** The x86-64 ISA level that every processor of the target has. */
  readonly x86Level: number;
  /** Applications that are dependencies, by name; undefined where nothing says which are. */
  readonly dependencies: ReadonlySet<string> | undefined;
  /** Programs whose set-user-ID or set-group-ID the build removed. */
  readonly lostRights: readonly string[];
  /** The only applications that may have native code, by name; undefined where all may. */
  readonly compiledFor: ReadonlySet<string> | undefined;
}

/** The options of an audit besides the target. */
export interface PolicyOptions {
  /** The highest glibc that the release may need; undefined for no limit. */
  readonly glibc: string | undefined;
  readonly allowedLibraries: readonly string[];
  /** Known in a build: the applications that `mix.lock` names. */
  readonly dependencies?: ReadonlySet<string>;
  /** Known in a build: programs of the release whose set-user-ID or set-group-ID it removed. */
  readonly lostRights?: readonly string[];
  /** Known of a cross-assembled release: the applications whose native code was compiled for the target, by name. */
  readonly compiledFor?: ReadonlySet<string> | undefined;
}

/**
 * Libraries of the C library itself. For glibc, the files of its package, `libc6` of Debian and `glibc` of
 * Fedora; musl resolves every name with these prefixes to itself (`reserved` in its `ldso/dynlink.c`).
 */
const BASE: Readonly<Record<Libc, RegExp>> = {
  glibc:
    /^(?:libc\.so\.6|libm\.so\.6|libmvec\.so\.1|libdl\.so\.2|libpthread\.so\.0|librt\.so\.1|libutil\.so\.1|libresolv\.so\.2|libanl\.so\.1|ld-linux-x86-64\.so\.2|ld-linux-aarch64\.so\.1)$/,
  musl: /^(?:lib(?:c|pthread|rt|m|dl|util|xnet)\.(?!so\.6$)|ld-musl-)/,
};

/** Kernels of aarch64 have pages of 4, 16 or 64 KiB. */
const PAGE_SIZE: Readonly<Record<string, number>> = { aarch64: 64 * 1024 };

export function policyFor(target: Target, options: PolicyOptions): Policy {
  const { glibc, allowedLibraries, dependencies, lostRights = [], compiledFor } = options;
  return {
    target,
    bits: 64,
    byteOrder: 'little',
    allowed: target.libc === 'glibc' ? allowedFloor(glibc, target.elfMachine) : {},
    isBase: (library) => BASE[target.libc].test(library),
    allowedLibraries: new Set(allowedLibraries),
    pageSize: PAGE_SIZE[target.elfMachine] ?? 4096,
    x86Level: 1,
    dependencies,
    lostRights,
    compiledFor,
  };
}
