import type { Target } from '../../targets/table.js';
import type { Toolchain } from './toolchain.js';

/**
 * The oldest C library of the base images that there are. zig links for any: what is linked for an older one runs with
 * the target's.
 */
const ZIG_GLIBC = '2.31';

const ZIG = '/opt/mix-release/ziglang/zig';
const SYSROOT = '/opt/mix-release/cross/sysroot';

/** A file of a toolchain, by its path in the context of the Dockerfile. */
export interface ToolchainFile {
  readonly path: string;
  readonly text: string;
}

/** The files of a toolchain, below the directory that those of all targets share. */
export function toolchainFiles(target: Target, toolchain: Toolchain): readonly ToolchainFile[] {
  const files: Readonly<Record<string, string>> = {
    'toolchain.cmake': cmakeFile(target, toolchain),
    'config.site': configSite(toolchain),
    'shims/uname': unameShim(target),
    'shims/arch': `#!/bin/sh\necho ${target.machine}\n`,
    ...(toolchain.compiler === 'zig' ? zigPrograms(target, toolchain) : { 'bin/.keep': '' }),
  };
  return Object.entries(files).map(([path, text]) => ({ path: `tools/${target.triple}/${path}`, text }));
}

/** https://cmake.org/cmake/help/latest/manual/cmake-toolchains.7.html#cross-compiling-for-linux */
function cmakeFile({ machine }: Target, { compiler, prefix, directory }: Toolchain): string {
  const program = (name: string): string => `${directory}/bin/${prefix}-${name}`;
  return [
    'set(CMAKE_SYSTEM_NAME Linux)',
    `set(CMAKE_SYSTEM_PROCESSOR ${machine})`,
    `set(CMAKE_C_COMPILER ${program('gcc')})`,
    `set(CMAKE_CXX_COMPILER ${program('g++')})`,
    ...['AR', 'RANLIB', 'STRIP'].map((name) => `set(CMAKE_${name} ${program(name.toLowerCase())})`),
    // Where Debian has the libraries of each architecture.
    ...(compiler === 'gcc' ? [`set(CMAKE_LIBRARY_ARCHITECTURE ${prefix})`] : [`set(CMAKE_FIND_ROOT_PATH ${SYSROOT})`]),
    'set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)',
    ...(compiler === 'gcc' ? [] : ['LIBRARY', 'INCLUDE', 'PACKAGE']).map(
      (kind) => `set(CMAKE_FIND_ROOT_PATH_MODE_${kind} ONLY)`,
    ),
    '',
  ].join('\n');
}

/**
 * Read by every `configure` of autoconf's: what `--host` would say, which many builds do not pass on. Only where the
 * compiler is the target's: a program for the build's own use is configured as always.
 */
function configSite({ prefix, directory }: Toolchain): string {
  return [
    `case \${CC-} in ${directory}/bin/*)`,
    `  if test -z "\${host_alias-}" || test "x$host_alias" = 'x${prefix}'; then`,
    `    host_alias=${prefix}`,
    '    test -n "${build_alias-}" || build_alias=$(cc -dumpmachine 2>/dev/null || echo unknown-linux)',
    '    cross_compiling=yes',
    `    ac_tool_prefix=${prefix}-`,
    '  fi',
    'esac',
    '',
  ].join('\n');
}

/** Answers as the target's would, for Makefiles that choose files and options by it. */
function unameShim({ machine }: Target): string {
  return [
    '#!/bin/sh',
    '# All other words are those of the machine that compiles.',
    'for program in /usr/bin/uname /bin/uname; do [ ! -x $program ] || break; done',
    'case "$*" in',
    `  -m | -p | -i | --machine | --processor | --hardware-platform) echo ${machine} ;;`,
    `  *) $program "$@" | sed "s/$($program -m)/${machine}/g" ;;`,
    'esac',
    '',
  ].join('\n');
}

function zigPrograms(target: Target, { prefix }: Toolchain): Readonly<Record<string, string>> {
  return {
    'bin/cc': zigCompiler(target, prefix, 'cc'),
    'bin/c++': zigCompiler(target, prefix, 'c++'),
    'bin/ar': `#!/bin/sh\nexec ${ZIG} ar "$@"\n`,
    'bin/ranlib': `#!/bin/sh\nexec ${ZIG} ranlib "$@"\n`,
    'bin/ld': `#!/bin/sh\nexec ${ZIG} ld.lld "$@"\n`,
    // For builders without one for the architecture: what is not stripped runs as well.
    'bin/strip': '#!/bin/sh\nexit 0\n',
  };
}

/**
 * A compiler that takes what builds give gcc.
 *
 * - zig refuses `-dumpmachine` for a target with a version.
 * - zig traps where behaviour is undefined; gcc does not.
 * - Outline atomics ask glibc for a function: with musl, what has them does not load.
 * - Without `--eh-frame-hdr`, exceptions of C++ end the program.
 * - Rust asks for gcc's unwinder, which is LLVM's here.
 */
function zigCompiler({ libc, architecture, machine }: Target, prefix: string, command: 'cc' | 'c++'): string {
  const zigTarget = `${machine}-linux-${libc === 'musl' ? 'musl' : `gnu.${ZIG_GLIBC}`}`;
  const options = ['-fno-sanitize=undefined', ...(architecture === 'arm64' ? ['-mno-outline-atomics'] : [])];
  return [
    '#!/bin/sh',
    `links='-Wl,--eh-frame-hdr -L${SYSROOT}/usr/lib -L${SYSROOT}/lib'`,
    'for argument; do',
    '  shift',
    '  case $argument in',
    `    -dumpmachine) echo ${prefix} && exit ;;`,
    '    -c | -E | -S | -M | -MM | -fsyntax-only) links= ;;',
    '    -lgcc_s | -lgcc_eh) argument=-lunwind ;;',
    '    -lgcc) continue ;;',
    // What zig is anyway, under a name that it does not know.
    '    -march=armv8-a | -march=x86-64) continue ;;',
    '  esac',
    '  set -- "$@" "$argument"',
    'done',
    'export ZIG_GLOBAL_CACHE_DIR="${ZIG_GLOBAL_CACHE_DIR-/opt/mix-release/ziglang/cache}"',
    'export ZIG_LOCAL_CACHE_DIR="${ZIG_LOCAL_CACHE_DIR-$ZIG_GLOBAL_CACHE_DIR}"',
    `exec ${ZIG} ${command} -target ${zigTarget} ${options.join(' ')} -isystem ${SYSROOT}/usr/include "$@" $links`,
    '',
  ].join('\n');
}
