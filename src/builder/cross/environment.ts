import type { Target } from '../../targets/table.js';
import { runtimeDirectory, type Toolchain } from './toolchain.js';

/** What the variables of a cross image depend on. */
export interface CrossSetting {
  readonly target: Target;
  readonly toolchain: Toolchain;
  /** Version of the target's ERTS. */
  readonly erts: string;
  /** The `PATH` of the builder image. */
  readonly path: string;
}

/**
 * The variables that have build tools compile for a target, in its cross image.
 *
 * `CFLAGS`, `LDFLAGS` and their like are not among them: they would replace what Makefiles set by `?=`. What a target
 * needs is in the compilers themselves.
 */
export function crossEnvironment(setting: CrossSetting): Readonly<Record<string, string>> {
  return {
    ...searchPath(setting),
    ...compilers(setting),
    ...erlang(setting),
    ...targetNames(setting),
    ...cmakeAndAutoconf(setting),
    ...cargo(setting),
    ...pkgConfig(setting),
  };
}

/**
 * The environment of native code for a target: the user's, in which these variables win. A user's `CC` is one for the
 * builder's own machine; options such as `CFLAGS` stay as they are. `PATH` goes on with the user's.
 */
export function withCrossEnvironment(
  env: Readonly<Record<string, string>>,
  setting: CrossSetting,
): Readonly<Record<string, string>> {
  return { ...env, ...crossEnvironment({ ...setting, path: env.PATH ?? setting.path }) };
}

function program({ toolchain: { directory, prefix } }: CrossSetting, name: string): string {
  return `${directory}/bin/${prefix}-${name}`;
}

/** Programs under the target's prefix, and `uname` and `arch` as on the target; `cc` and `gcc` stay the builder's. */
function searchPath({ toolchain: { directory }, path }: CrossSetting): Readonly<Record<string, string>> {
  return { PATH: `${directory}/shims:${directory}/bin:${path}` };
}

function compilers(setting: CrossSetting): Readonly<Record<string, string>> {
  const { toolchain } = setting;
  return {
    CC: program(setting, 'gcc'),
    CXX: program(setting, 'g++'),
    AR: program(setting, 'ar'),
    RANLIB: program(setting, 'ranlib'),
    STRIP: program(setting, 'strip'),
    LD: program(setting, 'ld'),
    // As Nerves has it: the beginning of the programs' paths.
    CROSSCOMPILE: `${toolchain.directory}/bin/${toolchain.prefix}`,
    // For programs that a build runs itself.
    CC_FOR_BUILD: 'cc',
    CXX_FOR_BUILD: 'c++',
    HOSTCC: 'cc',
    HOST_CC: 'cc',
    HOST_CXX: 'c++',
  };
}

/** What elixir_make and Makefiles, and rebar3's port compiler read. */
function erlang({ target, toolchain, erts }: CrossSetting): Readonly<Record<string, string>> {
  const root = runtimeDirectory(target);
  const include = `${root}/erts-${erts}/include`;
  const ei = `${toolchain.directory}/erl_interface`;
  return {
    ERTS_INCLUDE_DIR: include,
    ERL_INTERFACE_INCLUDE_DIR: `${ei}/include`,
    ERL_INTERFACE_LIB_DIR: `${ei}/lib`,
    ERL_EI_INCLUDE_DIR: `${ei}/include`,
    ERL_EI_LIBDIR: `${ei}/lib`,
    ERL_CFLAGS: `-I${include} -I${ei}/include`,
    ERL_LDFLAGS: `-L${ei}/lib -lei`,
    REBAR_TARGET_ARCH: toolchain.prefix,
    REBAR_TARGET_ARCH_WORDSIZE: '64',
  };
}

/** What cc_precompiler, rustler_precompiled and zigler choose by. */
function targetNames({ target }: CrossSetting): Readonly<Record<string, string>> {
  const { machine, libc } = target;
  const abi = libc === 'musl' ? 'musl' : 'gnu';
  return { TARGET_ARCH: machine, TARGET_VENDOR: 'unknown', TARGET_OS: 'linux', TARGET_ABI: abi };
}

function cmakeAndAutoconf({ toolchain: { directory } }: CrossSetting): Readonly<Record<string, string>> {
  return { CMAKE_TOOLCHAIN_FILE: `${directory}/toolchain.cmake`, CONFIG_SITE: `${directory}/config.site` };
}

function cargo(setting: CrossSetting): Readonly<Record<string, string>> {
  const { triple, libc } = setting.target;
  const name = triple.replaceAll('-', '_');
  const upper = name.toUpperCase();
  return {
    CARGO_BUILD_TARGET: triple,
    [`CARGO_TARGET_${upper}_LINKER`]: program(setting, 'gcc'),
    // A NIF is a shared library, which Rust does not make for musl otherwise.
    ...(libc === 'musl' && { [`CARGO_TARGET_${upper}_RUSTFLAGS`]: '-C target-feature=-crt-static' }),
    [`CC_${name}`]: program(setting, 'gcc'),
    [`CXX_${name}`]: program(setting, 'g++'),
    [`AR_${name}`]: program(setting, 'ar'),
    [`RANLIB_${name}`]: program(setting, 'ranlib'),
  };
}

/** Finds libraries of the target alone; those of the builder would link to nothing. */
function pkgConfig({ toolchain: { compiler, prefix } }: CrossSetting): Readonly<Record<string, string>> {
  const common = { PKG_CONFIG_ALLOW_CROSS: '1', PKG_CONFIG_PATH: '' };
  if (compiler === 'gcc') {
    return { ...common, PKG_CONFIG_LIBDIR: `/usr/lib/${prefix}/pkgconfig:/usr/share/pkgconfig` };
  }
  const sysroot = '/opt/mix-release/cross/sysroot';
  return {
    ...common,
    PKG_CONFIG_SYSROOT_DIR: sysroot,
    PKG_CONFIG_LIBDIR: `${sysroot}/usr/lib/pkgconfig:${sysroot}/usr/share/pkgconfig`,
  };
}
