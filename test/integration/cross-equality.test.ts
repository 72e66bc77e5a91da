import { copyFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { readElfFile, type ElfFile } from '../../src/audit/elf/elf.js';
import { compareReleases } from '../../src/diff/compare.js';
import { openRelease } from '../../src/diff/release.js';
import { checkoutOf, temporary } from '../support/checkout.js';
import { ARM64, buildRelease, buildReleases, runCli, TRIXIE } from '../support/cli.js';
import { repeatBuilds } from '../support/repeat.js';

const GNU = 'x86_64-unknown-linux-gnu';
const ARM = 'aarch64-unknown-linux-gnu';
const IMAGES = ['--image', `${GNU} => ${TRIXIE}`, '--image', `${ARM} => ${ARM64}`];
/** Milliseconds: one side is emulated. */
const TIMEOUT = 900_000;

const COOKIE = 'releases/COOKIE';

/** What native code offers and needs, whatever compiler made it. */
function linkageOf({ machine, needed, exportedSymbols, undefinedSymbols }: ElfFile): unknown {
  return {
    machine: machine.name,
    needed: needed.toSorted(),
    exported: exportedSymbols.map(({ name }) => name).toSorted(),
    undefined: undefinedSymbols.map(({ name }) => name).toSorted(),
  };
}

describe('a release for aarch64 that was assembled on x86_64', () => {
  it.each([
    ['examples/hello', '', []],
    ['examples/nif', '', ['lib/nif-0.2.0/priv/nif.so']],
    [
      'test/fixtures/native',
      'honours_cc in_cxx port_program',
      [
        'lib/honours_cc-0.1.0/priv/honours_cc.so',
        'lib/in_cxx-0.1.0/priv/in_cxx.so',
        'lib/port_program-0.1.0/priv/port_program',
      ],
    ],
  ])(
    '%s is the emulated one, file by file, but for the cookie and for native code that offers and needs the same',
    async (project, applications, native) => {
      await using checkout = await checkoutOf(project);
      await using out = await temporary();
      const args = [checkout.path, '--target', ARM, '--smoke-test', 'off', '--env', `NATIVE=${applications}`];
      const cross = await buildRelease([...args, ...IMAGES, '--output', path.join(out.path, 'cross')]);
      const emulated = await buildRelease([
        ...[...args, '--image', ARM64, '--method', 'emulate'],
        ...['--output', path.join(out.path, 'emulated')],
      ]);
      expect([cross.method, emulated.method]).toEqual(['cross', 'emulate']);
      await using one = await openRelease(cross.tarball);
      await using other = await openRelease(emulated.tarball);
      const differing = (await compareReleases(one, other)).map(({ path: file }) => file);
      // Two compilers may well make the same bytes.
      expect([...native, COOKIE]).toEqual(expect.arrayContaining(differing));
      for (const file of native) {
        const [mine, theirs] = [cross, emulated].map(({ directory }) =>
          linkageOf(readElfFile(path.join(directory, file))),
        );
        expect(mine).toEqual(theirs);
      }
    },
    TIMEOUT,
  );

  it(
    'has the same bytes from other directories, with and without the state of an earlier build',
    () => repeatBuilds(ARM, 2, [...IMAGES, '--smoke-test', 'off']),
    TIMEOUT,
  );

  it(
    'is refused by the audit with a NIF of this machine put in by hand',
    async () => {
      await using checkout = await checkoutOf('examples/nif');
      await using out = await temporary();
      const args = [checkout.path, ...IMAGES, '--target', GNU, '--target', ARM, '--smoke-test', 'off'];
      const [own, crossed] = await buildReleases([...args, '--output', out.path]);
      const file = 'lib/nif-0.2.0/priv/nif.so';
      expect((await runCli(['audit', crossed?.tarball ?? '', '--target', ARM])).status).toBe(0);
      await copyFile(path.join(own?.directory ?? '', file), path.join(crossed?.directory ?? '', file));
      const { status, stdout, stderr } = await runCli(['audit', crossed?.directory ?? '', '--target', ARM]);
      expect(status).toBe(6);
      expect(`${stdout}${stderr}`).toMatch(/nif\.so.*x86_64/);
    },
    TIMEOUT,
  );
});
