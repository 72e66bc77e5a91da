import { describe, expect, it } from '@jest/globals';
import { crossEnvironment, withCrossEnvironment } from '../../../src/builder/cross/environment.js';
import { toolchainFor } from '../../../src/builder/cross/toolchain.js';
import { targetOf } from '../../support/cross.js';

function settingOf(triple: string, on = 'x86_64-unknown-linux-gnu') {
  const target = targetOf(triple);
  return { target, toolchain: toolchainFor(target, targetOf(on)), erts: '15.2.7', path: '/usr/bin:/bin' };
}

const ARM = settingOf('aarch64-unknown-linux-gnu');
const MUSL = settingOf('aarch64-unknown-linux-musl');

describe('the compiler for a target', () => {
  it.each([
    ['aarch64-unknown-linux-gnu', 'x86_64-unknown-linux-gnu', 'gcc', 'aarch64-linux-gnu'],
    ['x86_64-unknown-linux-gnu', 'aarch64-unknown-linux-gnu', 'gcc', 'x86_64-linux-gnu'],
    ['aarch64-unknown-linux-musl', 'x86_64-unknown-linux-gnu', 'zig', 'aarch64-linux-musl'],
    ['aarch64-unknown-linux-musl', 'x86_64-unknown-linux-musl', 'zig', 'aarch64-linux-musl'],
    ['aarch64-unknown-linux-gnu', 'x86_64-unknown-linux-musl', 'zig', 'aarch64-linux-gnu'],
  ])('%s on %s is %s', (target, on, compiler, prefix) => {
    expect(toolchainFor(targetOf(target), targetOf(on))).toMatchObject({ compiler, prefix });
  });
});

describe('the environment of native code for a target', () => {
  it('points at the target’s compilers and at its own Erlang', () => {
    const bin = '/opt/mix-release/cross/aarch64-unknown-linux-gnu/bin';
    expect(crossEnvironment(ARM)).toMatchObject({
      CC: `${bin}/aarch64-linux-gnu-gcc`,
      CROSSCOMPILE: `${bin}/aarch64-linux-gnu`,
      ERTS_INCLUDE_DIR: '/opt/mix-release/runtime/aarch64-unknown-linux-gnu/erts-15.2.7/include',
      CC_FOR_BUILD: 'cc',
      CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER: `${bin}/aarch64-linux-gnu-gcc`,
      CC_aarch64_unknown_linux_gnu: `${bin}/aarch64-linux-gnu-gcc`,
      PKG_CONFIG_LIBDIR: '/usr/lib/aarch64-linux-gnu/pkgconfig:/usr/share/pkgconfig',
    });
  });

  it('names the target as precompilers do', () => {
    const names = { TARGET_ARCH: 'aarch64', TARGET_OS: 'linux', TARGET_VENDOR: 'unknown' };
    expect(crossEnvironment(ARM)).toMatchObject({ ...names, TARGET_ABI: 'gnu' });
    expect(crossEnvironment(MUSL)).toMatchObject({ ...names, TARGET_ABI: 'musl' });
  });

  it('leaves the options to Makefiles, and makes Rust’s libraries for musl shared', () => {
    expect(crossEnvironment(ARM)).not.toHaveProperty('CFLAGS');
    expect(crossEnvironment(ARM)).not.toHaveProperty('LDFLAGS');
    const options = Object.keys(crossEnvironment(MUSL)).filter(
      (name) => name.endsWith('FLAGS') && !name.startsWith('ERL_'),
    );
    expect(options).toEqual(['CARGO_TARGET_AARCH64_UNKNOWN_LINUX_MUSL_RUSTFLAGS']);
  });

  it('wins over the user’s, whose options stay and whose PATH goes on', () => {
    const env = {
      CC: 'clang',
      CFLAGS: '-O3',
      CARGO_BUILD_TARGET: 'x86_64-unknown-linux-gnu',
      PATH: '/mine',
      SECRET: 's',
    };
    const found = withCrossEnvironment(env, ARM);
    expect(found).toMatchObject({ CFLAGS: '-O3', SECRET: 's', CARGO_BUILD_TARGET: 'aarch64-unknown-linux-gnu' });
    expect(found.CC).toMatch(/aarch64-linux-gnu-gcc$/);
    expect(found.PATH).toMatch(/\/shims:\/opt\/mix-release\/cross\/aarch64-unknown-linux-gnu\/bin:\/mine$/);
  });
});
