import type { Target } from '../../targets/table.js';

/**
 * What compiles for a target.
 *
 * Debian's cross gcc is taken for glibc wherever the builder has apt: its headers, its libstdc++ and, by multiarch, all
 * other libraries are those of the target's own system, and its options those of the compiler that a native build has.
 * For musl, Debian has a wrapper of gcc for C alone: no C++ library and no libgcc for musl, so that a C++ NIF does not
 * link, and one with atomics does not load. zig brings musl, libc++ and the unwinder in one file without a package
 * manager, so it also serves Alpine, which has no cross gcc.
 */
export type Compiler = 'gcc' | 'zig';

/** The compiler for a target, and what it is called. */
export interface Toolchain {
  readonly compiler: Compiler;
  /** Begins the names of its programs, and is what `-dumpmachine` answers: `aarch64-linux-gnu`. */
  readonly prefix: string;
  /** Where everything of it is in the image. */
  readonly directory: string;
}

/** Below it, one directory for each triple. */
const CROSS = '/opt/mix-release/cross';

/** Below it, the Erlang root of each target, by its triple. */
const RUNTIME = '/opt/mix-release/runtime';

/** The directory in a cross image with the target's own Erlang: `erts-*`, `lib`, `releases`. */
export function runtimeDirectory({ triple }: Target): string {
  return `${RUNTIME}/${triple}`;
}

/** @param builder - the target that the builder image is for: the one that compiles the bytecode */
export function toolchainFor(target: Target, builder: Target): Toolchain {
  const libc = target.libc === 'musl' ? 'musl' : 'gnu';
  const compiler = libc === 'gnu' && builder.packageManager === 'apt' ? 'gcc' : 'zig';
  return { compiler, prefix: `${target.machine}-linux-${libc}`, directory: `${CROSS}/${target.triple}` };
}

/** The version of `ziglang` on PyPI. */
const ZIG_VERSION = '0.14.1';

/** Its wheel for each architecture of an engine. */
const ZIG_WHEELS: Readonly<Record<string, { readonly tags: string; readonly sha256: string }>> = {
  amd64: {
    tags: 'manylinux_2_12_x86_64.manylinux2010_x86_64.musllinux_1_1_x86_64',
    sha256: '6eb9d4d759b292c83810dbee2e9e8e3fbfbf01d864e6e9811bae711fd74e1c2f',
  },
  arm64: {
    tags: 'manylinux_2_17_aarch64.manylinux2014_aarch64.musllinux_1_1_aarch64',
    sha256: '7994b27f3cbfcedea43f9b7552e38b45857bdf0e9a45065474092dd74e7048cf',
  },
};

/** The wheel of zig that runs on an architecture. */
export function zigWheel(architecture: string): { readonly file: string; readonly sha256: string } {
  const wheel = ZIG_WHEELS[architecture];
  if (!wheel) throw new Error(`there is no zig for ${architecture}`);
  return { file: `ziglang-${ZIG_VERSION}-py3-none-${wheel.tags}.whl`, sha256: wheel.sha256 };
}
