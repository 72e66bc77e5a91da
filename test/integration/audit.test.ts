import { execFile } from 'node:child_process';
import { copyFile, mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from '@jest/globals';
import { auditOf, expectAudited, reportOf } from '../support/audited.js';
import { BULLSEYE, buildRelease, DEFAULT, ROOT, runCli, TARGET, TRIXIE } from '../support/cli.js';
import { checkoutOf, git, temporary } from '../support/checkout.js';
import { bootAndAsk, hostWith, noContainerWithin, runtimeWith } from '../support/engine.js';

const run = promisify(execFile);
const MUSL = 'x86_64-unknown-linux-musl';
const ALPINE = 'hexpm/elixir:1.18.3-erlang-27.3.4.1-alpine-3.22.1';
afterAll(() => noContainerWithin(7));

// That of arm64 is in targets.test.ts, where it is built.
describe('the audit of a build', () => {
  it.concurrent.each<[string, string, string, readonly string[], string | undefined, readonly string[]]>([
    [
      'Debian trixie',
      TARGET,
      TRIXIE,
      ['cookie', 'dlopen'],
      '2.41',
      ['libcrypto.so.3', 'libstdc++.so.6', 'libtinfo.so.6'],
    ],
    [
      'the default image',
      TARGET,
      DEFAULT,
      ['cookie', 'dlopen'],
      '2.36',
      ['libcrypto.so.3', 'libstdc++.so.6', 'libtinfo.so.6'],
    ],
    ['Debian bullseye', TARGET, BULLSEYE, ['cookie', 'dlopen'], '2.31', ['libcrypto.so.1.1', 'libtinfo.so.6']],
    ['musl', MUSL, ALPINE, ['cookie'], undefined, []],
  ])(
    'passes on %s, with a report that the schema holds for, and says the same of the tarball',
    async (_, target, image, codes, glibc, libraries) => {
      await using checkout = await checkoutOf('examples/nif');
      await using out = await temporary();
      const args = [checkout.path, '--target', target, '--image', image, '--output', out.path];
      await expectAudited(await buildRelease(args), { target, codes, glibc, libraries });
    },
    1_200_000,
  );

  it.concurrent('names packages with which the release runs where it does not run without', async () => {
    await using checkout = await checkoutOf('examples/nif');
    await using out = await temporary();
    const release = await buildRelease([checkout.path, '--image', TRIXIE, '--output', out.path]);
    const { debian } = reportOf(release).requirements;
    const runtime = await runtimeWith('debian:trixie-slim', ...debian);
    await using host = await hostWith(runtime, release.tarball);
    expect(await bootAndAsk(host, 'nif', 'IO.inspect(Nif.add(40, 2))')).toBe('42\n');
  });
});

/** A checkout of hello with a file for macOS in `priv`, as it is after a build on a Mac that git does not ignore. */
async function withForeignFile() {
  const checkout = await checkoutOf('examples/hello');
  await mkdir(path.join(checkout.path, 'priv'), { recursive: true });
  await writeFile(path.join(checkout.path, 'priv/mac.so'), Buffer.from('cffaedfe0700000103000000', 'hex'));
  await git(checkout.path, 'add', '--all', '--force');
  return checkout;
}

describe('a release with errors', () => {
  const NAME = `hello-0.1.0-${TARGET}`;

  it.concurrent('is not put into the output: the report is, and the message says where and why', async () => {
    await using checkout = await withForeignFile();
    await using out = await temporary();
    const args = ['build', checkout.path, '--target', TARGET, '--image', TRIXIE, '--output', out.path];
    const { status, stdout, stderr } = await runCli(args);
    expect({ status, stdout }).toEqual({ status: 6, stdout: '' });
    expect(stderr).toContain(
      `error (audit-failed): ${NAME} does not fit ${TARGET}: not-elf in lib/hello-0.1.0/priv/mac.so`,
    );
    expect(stderr).toContain(path.join(out.path, `${NAME}.audit.json`));
    expect(await readdir(out.path)).toEqual([`${NAME}.audit.json`]);

    const excepted = await buildRelease([...args.slice(1), '--audit-except', 'lib/*/priv/mac.so']);
    expect(reportOf(excepted)).toMatchObject({ verdict: 'pass', excepted: ['lib/hello-0.1.0/priv/mac.so'] });

    const warned = await buildRelease([...args.slice(1), '--audit', 'warn']);
    expect(reportOf(warned).findings[0]).toMatchObject({ code: 'not-elf', severity: 'error' });

    const off = await buildRelease([...args.slice(1), '--audit', 'off']);
    expect([off.audit, off.auditReport]).toEqual([null, null]);
    expect(await readdir(out.path)).toContain(`${NAME}.tar.gz`);
    expect(await readdir(out.path)).not.toContain(`${NAME}.audit.json`);
  });
});

describe('mix-release audit', () => {
  it.concurrent('prints the verdict first, and ends with 6 where the release does not fit', async () => {
    await using checkout = await checkoutOf('examples/nif');
    await using out = await temporary();
    const release = await buildRelease([checkout.path, '--image', TRIXIE, '--output', out.path]);
    const passed = await runCli(['audit', release.tarball]);
    expect({ status: passed.status, stderr: passed.stderr }).toEqual({ status: 0, stderr: '' });
    expect(passed.stdout).toMatch(/^pass: the release fits x86_64-unknown-linux-gnu /);

    const failed = await runCli(['audit', release.tarball, '--glibc', '2.31']);
    expect(failed.status).toBe(6);
    expect(failed.stdout).toMatch(/^fail: the release does not fit x86_64-unknown-linux-gnu /);
    expect(failed.stdout).toContain('error glibc-too-new: it needs glibc 2.34; the highest allowed is 2.31');
    expect(failed.stderr).toMatch(/^error \(audit-failed\): /);

    const other = await runCli(['audit', release.directory, '--target', MUSL]);
    expect(other.status).toBe(6);
    expect(other.stdout).toContain('error wrong-libc: it needs glibc, but the target has musl');
  });

  it.concurrent('audits what mix itself packed, and what a person packed with a directory around it', async () => {
    await using checkout = await checkoutOf('examples/hello');
    await using out = await temporary();
    const release = await buildRelease([checkout.path, '--image', TRIXIE, '--output', out.path]);
    const around = path.join(out.path, 'around.tgz');
    await run('tar', ['-czf', around, '-C', out.path, path.basename(release.directory)]);
    expect(await auditOf(around, '--glibc', '2.41')).toEqual(release.audit);
  });

  it.concurrent.each<[string, (place: string) => Promise<string>, string]>([
    ['an empty directory', (place) => Promise.resolve(place), 'not-a-release'],
    ['what is not there', (place) => Promise.resolve(path.join(place, 'x')), 'not-a-release'],
    ['a directory of something else', () => Promise.resolve(path.join(ROOT, 'src')), 'not-a-release'],
    [
      'a file of something else',
      async (place) => {
        await copyFile(path.join(ROOT, 'package.json'), path.join(place, 'x.tar.gz'));
        return path.join(place, 'x.tar.gz');
      },
      'bad-archive',
    ],
  ])('ends with 2 for %s', async (_, make, code) => {
    await using place = await temporary();
    const { status, stdout, stderr } = await runCli(['audit', await make(place.path)]);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(`error (${code}): `);
  });
});
