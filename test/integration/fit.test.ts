import { chmod, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { auditOf, reportOf } from '../support/audited.js';
import { BULLSEYE, buildRelease, runCli, TARGET, TRIXIE } from '../support/cli.js';
import { checkoutOf, git, temporary } from '../support/checkout.js';
import { bootAndAsk, hostWith, noContainerWithin, runtimeWith } from '../support/engine.js';
import { modesIn } from '../support/modes.js';

afterAll(() => noContainerWithin(7));

const FIXTURE = 'test/fixtures/unfit';
const PRIV = 'lib/unfit-0.1.0/priv';

/** A checkout of the fixture with more files in `priv`, each with a mode. */
async function checkoutWith(files: Readonly<Record<string, readonly [content: string, mode: number]>>) {
  const checkout = await checkoutOf(FIXTURE);
  for (const [name, [content, mode]] of Object.entries(files)) {
    const file = path.join(checkout.path, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, content);
    await chmod(file, mode);
  }
  await git(checkout.path, 'add', '--all');
  return checkout;
}

const KEY = [
  '-----BEGIN PRIVATE KEY-----',
  'MIIEvQIBADANBgkqhkiG9w0BAQEFAASC'.repeat(2),
  '-----END PRIVATE KEY-----',
  '',
].join('\n');
const POINTER = `version https://git-lfs.github.com/spec/v1\noid sha256:${'0'.repeat(64)}\nsize 4\n`;

/** As a checkout with the umask 077, and worse. */
const PRIVATE = {
  'priv/data.txt': ['data', 0o600],
  'priv/helper.sh': ['#!/bin/sh\n', 0o700],
  'priv/ping': ['#!/bin/sh\n', 0o4755],
} as const;

describe('a release that root unpacks', () => {
  it.concurrent.each([
    ['Elixir 1.18', TRIXIE, 'debian:trixie-slim'],
    ['Elixir 1.10, whose programs only their owner can start', BULLSEYE, 'debian:bullseye-slim'],
  ])('runs as another user, by %s', async (_, image, system) => {
    await using checkout = await checkoutWith(PRIVATE);
    await using out = await temporary();
    const release = await buildRelease([checkout.path, '--image', image, '--output', out.path]);
    const runtime = await runtimeWith(system, ...reportOf(release).requirements.debian);
    await using host = await hostWith(runtime, release.tarball);
    const read = 'IO.puts(File.read!(Application.app_dir(:unfit, "priv/data.txt")))';
    expect(await bootAndAsk(host, 'unfit', read)).toBe('data\n');
  });

  it.concurrent('has the same bytes, whatever the umask of the checkout', async () => {
    await using own = await checkoutWith(PRIVATE);
    const open = {
      'priv/data.txt': ['data', 0o664],
      'priv/helper.sh': ['#!/bin/sh\n', 0o775],
      'priv/ping': ['#!/bin/sh\n', 0o755],
    } as const;
    await using group = await checkoutWith(open);
    await using out = await temporary();
    const built = [];
    for (const [at, checkout] of [own, group].entries()) {
      const args = [checkout.path, '--image', TRIXIE, '--cookie', 'strip', '--output', path.join(out.path, String(at))];
      built.push(await buildRelease(args, { env: { SOURCE_DATE_EPOCH: '1700000000' } }));
    }
    expect(built[1]?.sha256).toBe(built[0]?.sha256);
  });

  it.concurrent('is tried with its modes: what only the owner can read, the user of a service cannot', async () => {
    await using checkout = await checkoutWith(PRIVATE);
    await using out = await temporary();
    const script = path.join(checkout.path, 'try.sh');
    await writeFile(
      script,
      '#!/bin/sh\nset -eu\ncd "${PATH%%/bin:*}"/lib/unfit-*/priv\ncat data.txt\n! touch data.txt\n',
    );
    const args = ['build', checkout.path, '--target', TARGET, '--image', TRIXIE, '--output', out.path];
    const tried = [...args, '--smoke-test', 'try.sh'];
    expect((await runCli(tried)).status).toBe(0);
    const kept = await runCli([...tried, '--keep-modes', '**/priv/data.txt']);
    expect(kept.status).toBe(7);
    expect(kept.stderr).toMatch(/data\.txt: Permission denied/);
  });
});

describe('what is not fit to ship', () => {
  it.concurrent.each([
    ['Elixir 1.18', TRIXIE],
    ['Elixir 1.10', BULLSEYE],
  ])('is found in a release by %s, and nothing in what usual libraries leave in compiled code', async (_, image) => {
    await using checkout = await checkoutWith({
      ...PRIVATE,
      'priv/model.bin': [POINTER, 0o644],
      'priv/tls.key': [KEY, 0o600],
      'rel/env.sh.eex': ['#!/bin/sh\r\nexport UNFIT=1\r\n', 0o644],
    });
    await using out = await temporary();
    const args = ['build', checkout.path, '--target', TARGET, '--image', image, '--output', out.path];
    const failed = await runCli(args);
    expect(failed.status).toBe(6);
    expect(failed.stderr).toContain('list its path in keep-modes');

    const release = await buildRelease([...args.slice(1), '--audit', 'warn']);
    const usual = ['cookie', 'dlopen'];
    const { findings } = reportOf(release);
    expect(
      findings.filter(({ code }) => !usual.includes(code)).map(({ code, file = '-' }) => `${code} ${file}`),
    ).toEqual([
      'crlf-script releases/0.1.0/env.sh',
      `readable-key ${PRIV}/tls.key`,
      ...['Application.Directory', 'Attribute', 'Charlist', 'Interpolated', 'Working'].map(
        (module) => `builder-path lib/unfit-0.1.0/ebin/Elixir.Unfit.${module}.beam`,
      ),
      'crlf-script bin/migrate',
      `lfs-pointer ${PRIV}/model.bin`,
      'not-executable bin/server',
      `set-user-id ${PRIV}/ping`,
      'writes-into-release lib/tzdata-1.1.2/priv',
    ]);
    expect(findings.every(({ next }) => next.length > 20)).toBe(true);
  });

  it.concurrent('ships where keep-modes keeps it, in the tarball as in the directory', async () => {
    await using checkout = await checkoutWith({ ...PRIVATE, 'priv/tls.key': [KEY, 0o600] });
    await using out = await temporary();
    const keep = ['--keep-modes', `${PRIV}/tls.key`, '--keep-modes', 'lib/*/priv/ping'];
    const release = await buildRelease([checkout.path, '--image', TRIXIE, '--output', out.path, ...keep]);
    expect(await modesIn(release.tarball, PRIV)).toEqual({
      'data.txt': '-rw-r--r--',
      'helper.sh': '-rwxr-xr-x',
      ping: '-rwsr-xr-x',
      'tls.key': '-rw-------',
    });
    for (const [name, mode] of [
      ['tls.key', 0o600],
      ['ping', 0o4755],
    ] as const) {
      expect((await stat(path.join(release.directory, PRIV, name))).mode & 0o7777).toBe(mode);
    }
    const report = reportOf(release);
    expect(report.verdict).toBe('pass');
    const codes = report.findings.map(({ code, file = '' }) => `${code} ${file}`);
    expect(codes).toEqual(expect.arrayContaining([`possible-secret ${PRIV}/tls.key`, `set-user-id ${PRIV}/ping`]));
    expect((await auditOf(release.tarball, '--glibc', '2.41')).findings).toEqual(report.findings);
    expect(JSON.parse(await readFile(release.auditReport ?? '', 'utf8'))).toEqual(report);
  });
});
