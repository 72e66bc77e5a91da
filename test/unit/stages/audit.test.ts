import { describe, expect, it } from '@jest/globals';
import { readFile, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { auditTree } from '../../../src/stages/audit/audit.js';
import { placeTarballs, type Tree as Fetched } from '../../../src/stages/fetch/fetch.js';
import type { AuditMode } from '../../../src/options/sections/audit.js';
import { findTarget } from '../../../src/targets/find.js';
import { ARM, GNU, MUSL, nif, release } from '../audit/support/releases.js';
import { errorOf } from '../support/errors.js';
import { directoryWith, writeTree, type Tree } from '../support/files.js';
import { PROBE } from '../support/probe.js';
import { requestWith } from '../support/request.js';

/** A release on the workbench of a build, as it came back. */
async function fetched(output: string, tree: Tree): Promise<Fetched> {
  const name = `web-1.0-${GNU}`;
  const directory = path.join(output, '.partial-x', name);
  await writeTree(directory, tree);
  await writeTree(path.dirname(directory), { [`${name}.tar.gz`]: 'packed' });
  const tarball = { path: `${directory}.tar.gz`, sha256: 'a'.repeat(64), size: 6 };
  return {
    facts: { name: 'web', version: '1.0', path: '/build/rel', erts: '15.2.7' },
    name,
    directory,
    tarball: Promise.resolve(tarball),
  };
}

async function audit(tree: Tree, mode: AuditMode, changes: { glibc?: string; target?: string; libc?: string } = {}) {
  const output = await directoryWith();
  const { glibc, target = GNU, libc = 'glibc' } = changes;
  const request = requestWith({
    output,
    target: findTarget(target),
    audit: { mode, allowedLibraries: [], except: [] },
    ...(glibc === undefined ? {} : { image: { glibc } }),
  });
  const notes: string[] = [];
  const probe = { ...PROBE, libc, libcVersion: libc === 'musl' ? '1.2.5' : '2.36' };
  const run = async () => auditTree(await fetched(output, tree), request, probe, (text) => void notes.push(text));
  return { output, request, notes, run };
}

const newer = { needs: [{ library: 'libc.so.6', versions: [{ name: 'GLIBC_2.38', index: 3 }] }] };
const TOO_NEW = { ...release(), 'lib/web-1/priv/x.so': nif(newer) };
const BASE = `web-1.0-${GNU}`;

describe('auditTree', () => {
  it('gives the report, which takes its place beside the tarball', async () => {
    const { output, request, notes, run } = await audit(release(), 'error');
    const audited = await run();
    expect(audited.audit).toMatchObject({ verdict: 'pass', target: GNU, allowedGlibc: '2.36' });
    expect(notes[0]).toMatch(/^pass: /);
    await placeTarballs([audited], request);
    expect(await readdir(output)).toEqual(
      [BASE, `${BASE}.audit.json`, `${BASE}.tar.gz`, `${BASE}.tar.gz.sha256`, '.partial-x'].sort(),
    );
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
    expect((await readdir(output)).sort()).toEqual(['.partial-x', `${BASE}.audit.json`]);
    expect(await readFile(path.join(output, `${BASE}.audit.json`), 'utf8')).toContain('"verdict": "fail"');
  });

  it('lets a release with errors pass where they are warnings', async () => {
    const { output, request, notes, run } = await audit(TOO_NEW, 'warn');
    const audited = await run();
    expect(audited.audit.verdict).toBe('fail');
    expect(notes[0]).toMatch(/^fail: /);
    await placeTarballs([audited], request);
    expect((await stat(path.join(output, `${BASE}.tar.gz`))).isFile()).toBe(true);
  });

  it('takes the glibc that was asked for before that of the builder', async () => {
    const { run } = await audit(TOO_NEW, 'error', { glibc: '2.38' });
    expect((await run()).audit).toMatchObject({ verdict: 'pass', allowedGlibc: '2.38' });
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

describe('placeTarballs', () => {
  it('removes the report of an earlier build where there was no audit', async () => {
    const output = await directoryWith({ [`${BASE}.audit.json`]: '{}' });
    await placeTarballs([await fetched(output, release())], requestWith({ output }));
    expect((await readdir(output)).sort()).toEqual(
      ['.partial-x', BASE, `${BASE}.tar.gz`, `${BASE}.tar.gz.sha256`].sort(),
    );
  });
});
