import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { compareReleases } from '../../src/diff/compare.js';
import { openRelease } from '../../src/diff/release.js';
import type { BuiltRelease } from '../../src/pipeline/result.js';
import { checkoutOf, temporary } from '../support/checkout.js';
import { runCli, TRIXIE } from '../support/cli.js';

const GNU = 'x86_64-unknown-linux-gnu';
const MUSL = 'x86_64-unknown-linux-musl';
const ARM = 'aarch64-unknown-linux-gnu';
const IMAGES = [
  `${GNU} => ${TRIXIE}`,
  `${ARM} => hexpm/elixir-arm64:1.18.3-erlang-27.3.4.1-debian-trixie-20250929-slim`,
];
const SYSTEM = ['--os', `${GNU} => debian:trixie`];

async function built(checkout: string, output: string, ...args: readonly string[]): Promise<readonly BuiltRelease[]> {
  const { status, stdout, stderr } = await runCli([
    'build',
    checkout,
    '--output',
    output,
    '--json',
    ...SYSTEM,
    ...args,
  ]);
  if (status !== 0) throw new Error(stderr);
  return (JSON.parse(stdout) as { releases: readonly BuiltRelease[] }).releases;
}

async function differing(one: BuiltRelease | undefined, other: BuiltRelease | undefined): Promise<readonly string[]> {
  await using first = await openRelease(one?.tarball ?? '');
  await using second = await openRelease(other?.tarball ?? '');
  return (await compareReleases(first, second)).map(({ path: file }) => file);
}

const targetsOf = (targets: readonly string[]): readonly string[] => targets.flatMap((each) => ['--target', each]);

describe('several targets in one run', () => {
  it.each([
    [GNU, MUSL],
    [MUSL, GNU],
  ])('of one architecture, %s first: the other one is what it is when it is built alone', async (first, second) => {
    await using checkout = await checkoutOf('examples/nif');
    await using out = await temporary();
    const together = await built(checkout.path, path.join(out.path, 'both'), ...targetsOf([first, second]));
    expect(together.map(({ target, method }) => [target, method])).toEqual([
      [first, 'native'],
      [second, 'cross'],
    ]);
    const [, crossed] = together;
    const [alone] = await built(
      checkout.path,
      path.join(out.path, 'alone'),
      ...targetsOf([second]),
      '--smoke-test',
      'off',
    );
    expect(await differing(crossed, alone)).toEqual(['releases/COOKIE']);
    expect(crossed?.smoke).toMatchObject({ test: 'boot' });
    // Again, from the state of the first run.
    const again = await built(
      checkout.path,
      path.join(out.path, 'again'),
      ...targetsOf([first, second]),
      '--smoke-test',
      'off',
    );
    const [, twice] = again;
    expect(await differing(twice, alone)).toEqual(['releases/COOKIE']);
    // The code of the first target is in its place again.
    const noneLeft = 'test -d /build/aside\ntest -z "$(find /build/aside -name exchanged)"';
    await built(
      checkout.path,
      path.join(out.path, 'hook'),
      '--target',
      first,
      '--smoke-test',
      'off',
      '--before-build',
      noneLeft,
    );
    expect(await readdir(path.join(out.path, 'both'))).toHaveLength(12);
  });
});

describe('a target of another architecture', () => {
  const args = ['--target', ARM, ...IMAGES.flatMap((each) => ['--image', each])];

  it('is assembled without emulation, fits its target, and boots where an emulator is registered', async () => {
    await using checkout = await checkoutOf('examples/nif');
    await using out = await temporary();
    const { status, stdout, stderr } = await runCli(['build', checkout.path, '--output', out.path, '--json', ...args]);
    expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' });
    const [release] = (JSON.parse(stdout) as { releases: readonly BuiltRelease[] }).releases;
    expect(release).toMatchObject({ target: ARM, method: 'cross', smoke: { test: 'boot', emulated: true } });
    const machines = release?.audit?.files.map(({ machine }) => machine);
    expect(new Set(machines)).toEqual(new Set(['aarch64']));
    expect(release?.audit?.files.map(({ path: file }) => file)).toContain('lib/nif-0.2.0/priv/nif.so');
  });

  it('is refused where a Makefile calls the compiler of this machine, naming the file', async () => {
    await using checkout = await checkoutOf('examples/nif');
    await using out = await temporary();
    const makefile = path.join(checkout.path, 'Makefile');
    const text = await readFile(makefile, 'utf8');
    await writeFile(makefile, `override CC = gcc\n${text}`);
    const { status, stderr } = await runCli(['build', checkout.path, '--output', out.path, ...args]);
    expect(status).toBe(5);
    expect(stderr).toContain(`error (cannot-cross): application nif cannot be compiled for ${ARM}`);
    expect(stderr).toMatch(/priv\/nif\.so is for x86_64/);
    expect(await readdir(out.path)).toEqual([]);
  });
});
