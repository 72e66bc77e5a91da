import { noneBeside } from '../../../test/unit/support/none-beside.js';
import { describe, expect, it } from '@jest/globals';
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { audit as auditStage } from './stage.js';
import type { RunningContainer } from '../../engine/container.js';
import type { AuditMode } from '../../options/sections/audit.js';
import { findTarget } from '../../targets/find.js';
import { fakeEngine } from '../../../test/support/fake-engine/engine.js';
import { ARM, GNU, MUSL, nif, release } from '../../../test/unit/audit/support/releases.js';
import { errorOf } from '../../../test/unit/support/errors.js';
import { directoryWith, writeTree, type Tree } from '../../../test/unit/support/files.js';
import { PROBE } from '../../../test/unit/support/probe.js';
import { AUDIT } from '../../../test/unit/support/release.js';
import { requestWith } from '../../../test/unit/support/request.js';
import { stageRun } from '../../../test/unit/support/run.js';

/** What is in the output directory, and in what a run makes there. */
async function made(output: string): Promise<readonly string[]> {
  return (await readdir(output)).sort();
}

/** A container whose package database says this. */
function builder(owners: readonly string[]): Promise<RunningContainer> {
  const engine = fakeEngine({ handlers: { run: () => ({ lines: owners }) } });
  const { id } = engine.addImage({ names: ['builder:1'] });
  return engine.containers.start({ image: id, platform: 'linux/amd64', user: 'builder', labels: {} });
}

interface Changes {
  readonly glibc?: string;
  readonly target?: string;
  readonly libc?: string;
  readonly owners?: readonly string[];
  /** What the checkout has. */
  readonly checkout?: Tree;
  readonly lostRights?: readonly string[];
}

async function audit(tree: Tree, mode: AuditMode, changes: Changes = {}) {
  const output = await directoryWith();
  const { glibc, target = GNU, libc = 'glibc', owners = [], lostRights = [] } = changes;
  const checkout = await directoryWith(changes.checkout);
  const request = requestWith({
    output,
    ...{ checkout, project: path.join(checkout, 'apps/web') },
    target: findTarget(target),
    audit: { mode, allowedLibraries: [], except: [] },
    ...(glibc === undefined ? {} : { image: { glibc } }),
  });
  const probe = { ...PROBE, libc, libcVersion: libc === 'musl' ? '1.2.5' : '2.36' };
  const { run: context, notes } = await stageRun(request);
  const directory = context.files.add(context.files.file('directory', BASE));
  await writeTree(directory.made, tree);
  const fetched = {
    packageName: BASE,
    directory: directory.made,
    packing: Promise.reject(new Error('not packed')),
    lostRights,
  };
  fetched.packing.catch(() => undefined);
  const session = { container: await builder(owners), beside: noneBeside, end: () => Promise.resolve() };
  const run = async () => auditStage.run({ probe, session, ...fetched }, context);
  return { output, context, notes, run };
}

const newer = { needs: [{ library: 'libc.so.6', versions: [{ name: 'GLIBC_2.38', index: 3 }] }] };
const TOO_NEW = { ...release(), 'lib/web-1/priv/x.so': nif(newer) };
const BASE = `web-1.0-${GNU}`;

describe('the stage audit', () => {
  it('gives the report, which takes its place beside the tarball', async () => {
    const { output, context, notes, run } = await audit(release(), 'error');
    const audited = await run();
    expect(audited.audit).toMatchObject({ verdict: 'pass', target: GNU, allowedGlibc: '2.36' });
    expect(notes[0]).toMatch(/^pass: /);
    await context.files.place(context.signal);
    expect(await made(output)).toEqual(['.partial-x', BASE, `${BASE}.audit.json`]);
    expect(audited.auditReport).toBe(path.join(output, `${BASE}.audit.json`));
    const written = JSON.parse(await readFile(path.join(output, `${BASE}.audit.json`), 'utf8')) as unknown;
    expect(written).toEqual(JSON.parse(JSON.stringify(audited.audit)));
  });

  it('leaves nothing but the report of a release with errors', async () => {
    const { output, notes, run } = await audit(TOO_NEW, 'error');
    const error = await errorOf(run);
    expect([error.code, error.exitStatus]).toEqual(['audit-failed', 6]);
    expect(error.message).toContain(`${BASE} does not fit ${GNU}: glibc-too-new in lib/web-1/priv/x.so`);
    expect(error.next).toContain(path.join(output, `${BASE}.audit.json`));
    expect(notes).toContain('  in lib/web-1/priv/x.so');
    expect(await made(output)).toEqual(['.partial-x', `${BASE}.audit.json`]);
    expect(await readFile(path.join(output, `${BASE}.audit.json`), 'utf8')).toContain('"verdict": "fail"');
  });

  it('lets a release with errors pass where they are warnings', async () => {
    const { output, context, notes, run } = await audit(TOO_NEW, 'warn');
    const audited = await run();
    expect(audited.audit.verdict).toBe('fail');
    expect(notes[0]).toMatch(/^fail: /);
    await context.files.place(context.signal);
    expect(await made(output)).toEqual(['.partial-x', BASE, `${BASE}.audit.json`]);
  });

  it('takes the glibc that was asked for before that of the builder', async () => {
    const { run } = await audit(TOO_NEW, 'error', { glibc: '2.38' });
    expect((await run()).audit).toMatchObject({ verdict: 'pass', allowedGlibc: '2.38' });
  });

  it('says of which programs rights were taken', async () => {
    const { run } = await audit(release(), 'error', { lostRights: ['lib/web-0.1.0/priv/ping'] });
    expect((await run()).audit.findings).toMatchObject([{ code: 'set-user-id', file: 'lib/web-0.1.0/priv/ping' }]);
  });

  it('has no glibc for musl', async () => {
    const { run } = await audit(release(MUSL), 'error', { target: MUSL, libc: 'musl' });
    expect((await run()).audit).toMatchObject({ verdict: 'pass', target: MUSL, allowedGlibc: undefined });
  });

  it('holds the release against the target of the build, whatever its files say', async () => {
    const { run } = await audit(release(ARM), 'error');
    expect((await errorOf(run)).message).toContain('wrong-machine in erts-15.2.7/bin/beam.smp and 3 more');
  });
});

describe('a library that the table does not have', () => {
  const tree = { ...release(), 'lib/web-1/priv/x.so': nif({ needed: ['libc.so.6', 'libodd.so.1'] }) };
  const found = [
    'file libodd.so.1 /lib/x86_64-linux-gnu/libodd.so.1',
    'file libodd.so.1 /usr/lib/x86_64-linux-gnu/libodd.so.1',
    'libodd1t64:amd64: /usr/lib/x86_64-linux-gnu/libodd.so.1',
  ];

  it('is in the package that the builder names, and others are derived from that', async () => {
    const { notes, run } = await audit(tree, 'error', { owners: found });
    const { audit: report } = await run();
    const libraries = ['libodd.so.1'];
    expect(report.requirements).toEqual({
      ...{ libraries, debian: ['libodd1'], ubuntu: ['libodd1'], rhel: ['libodd.so.1()(64bit)'], alpine: [] },
      ...{ data: [], derived: { ubuntu: ['libodd1'], rhel: ['libodd.so.1()(64bit)'] } },
    });
    expect(notes).toContain("RHEL     dnf install 'libodd.so.1()(64bit)'");
    expect(notes).toContain('derived  libodd1 on Ubuntu, libodd.so.1()(64bit) on RHEL: not looked up');
  });

  it('fails the release where the builder has it in no package either', async () => {
    const { run } = await audit(tree, 'error', { owners: found.slice(0, 2) });
    expect((await errorOf(run)).message).toContain('missing-library in lib/web-1/priv/x.so');
  });
});

describe('the stage audit, of private keys,', () => {
  const KEY = `-----BEGIN PRIVATE KEY-----\n${'MIIE'.repeat(16)}\n-----END PRIVATE KEY-----\n`;
  const KEYS = { ...release(), 'lib/dep-1.0/priv/k.pem': KEY, 'lib/core-0.1.0/priv/k.pem': KEY };
  const found = (tree: Tree, checkout: Tree) =>
    audit(tree, 'warn', { checkout }).then(async ({ run }) =>
      (await run()).audit.findings.map(({ code, file = '-' }) => `${code} ${file}`),
    );

  it.each(['mix.lock', 'apps/web/mix.lock'])('takes the applications that %s names for dependencies', async (lock) => {
    const text = '%{\n  "dep": {:hex, :dep, "1.0.0", "core", [:mix], [], "hexpm", "x"},\n}\n';
    expect(await found(KEYS, { 'apps/web/mix.exs': '', [lock]: text })).toEqual([
      'readable-key lib/core-0.1.0/priv/k.pem',
      'possible-secret lib/dep-1.0/priv/k.pem',
    ]);
  });

  it('has no dependencies without a lock', async () => {
    expect(await found(KEYS, { 'apps/web/mix.exs': '' })).toEqual([
      'readable-key lib/core-0.1.0/priv/k.pem',
      'readable-key lib/dep-1.0/priv/k.pem',
    ]);
  });
});

describe('whether the stage audit runs', () => {
  it.each([
    ['error', undefined],
    ['warn', undefined],
    ['off', 'audit is off'],
  ] as const)('with audit %s: skipped because %s', async (mode, reason) => {
    const { context } = await audit(release(), mode);
    expect(auditStage.skip({} as never, context)).toBe(reason);
  });
});

describe('what the stage audit says of a release', () => {
  const audited = { audit: AUDIT, auditReport: '/out/web.audit.json' };

  it('in the outputs', () => {
    const values = Object.entries(auditStage.outputs ?? {}).map(([name, { value }]) => [name, value(audited)]);
    expect(Object.fromEntries(values)).toEqual({
      'glibc-floor': '2.34',
      'runtime-libraries': 'libcrypto.so.3 libtinfo.so.6',
      'runtime-packages':
        '{"debian":["libssl3","libtinfo6"],"ubuntu":["libssl3","libtinfo6"],"rhel":["ncurses-libs","openssl-libs"],"alpine":[]}',
      'audit-report': '/out/web.audit.json',
    });
  });

  it('on the summary', () => {
    expect(auditStage.summary?.(audited, 0)).toEqual({
      rows: [
        ['Audit', 'pass, errors: 0, warnings: 0'],
        ['glibc floor', '2.34'],
        ['Runtime libraries', 'libcrypto.so.3 libtinfo.so.6'],
        ['Runtime packages', 'Debian: libssl3 libtinfo6; Ubuntu: libssl3 libtinfo6; RHEL: ncurses-libs openssl-libs'],
      ],
      details: [['lib/web-1.2.3/priv/nif.so', 'nif, x86_64, glibc, needs glibc 2.34, libc.so.6']],
      warned: false,
    });
  });
});
