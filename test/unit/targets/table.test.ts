import { describe, expect, it } from '@jest/globals';
import { readElfFile } from '../../../src/audit/elf/elf.js';
import { defaultSystem, SYSTEM_RELEASES } from '../../../src/targets/systems.js';
import { TARGETS } from '../../../src/targets/table.js';

/** The engine's words for the machines of `uname -m`. */
const ARCHITECTURES: Readonly<Record<string, string>> = { x86_64: 'amd64', aarch64: 'arm64' };

describe('TARGETS', () => {
  it('has no triple twice', () => {
    expect(new Set(TARGETS.map(({ triple }) => triple)).size).toBe(TARGETS.length);
  });

  it.each(TARGETS.map((target) => [target.triple, target] as const))('says of %s what its triple says', (_, target) => {
    const { triple, machine, libc, loader } = target;
    expect(triple).toBe(`${machine}-unknown-linux-${libc === 'glibc' ? 'gnu' : 'musl'}`);
    expect(target.architecture).toBe(ARCHITECTURES[machine]);
    expect(target.platform).toBe(`linux/${target.architecture}`);
    expect(target.elfMachine).toBe(machine);
    // Loaders are named for their machine, with hyphens where glibc spells it.
    expect(loader.replaceAll('-', '_')).toContain(`ld_${libc === 'glibc' ? 'linux' : 'musl'}_${machine}`);
  });

  it('says for each machine one runner and one platform', () => {
    for (const field of ['runner', 'platform'] as const) {
      const pairs = new Set(TARGETS.map((target) => `${target.machine} ${target[field]}`));
      expect(pairs.size).toBe(new Set(TARGETS.map(({ machine }) => machine)).size);
    }
  });

  it.each(TARGETS.map((target) => [target.triple, target] as const))(
    'builds %s by default on a system with its C library, and knows others with it',
    (_, target) => {
      expect(defaultSystem(target)).toMatchObject({ os: target.systems[0], libc: target.libc, current: true });
      for (const system of target.systems) {
        const libcs = SYSTEM_RELEASES.filter(({ os }) => os === system).map(({ libc }) => libc);
        expect(new Set(libcs)).toEqual(new Set([target.libc]));
      }
    },
  );

  it('has the loader that programs of this machine name', () => {
    const { interpreter, machine } = readElfFile(process.execPath);
    const here = TARGETS.find((target) => target.machine === machine.name && target.loader === interpreter);
    expect([machine.name, interpreter, here?.libc]).toEqual([expect.any(String), expect.any(String), 'glibc']);
  });

  it.each(TARGETS.map(({ triple, fallback }) => [triple, fallback] as const))(
    'builds %s with versions whose patches may move',
    (_, { elixir, otp }) => {
      expect(elixir).toMatch(/^1\.\d+$/);
      expect(otp).toMatch(/^\d+$/);
    },
  );
});
