import { describe, expect, it, jest } from '@jest/globals';
import { createReadStream } from 'node:fs';
import { readFile, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { outputFiles } from '../../pipeline/output-files.js';
import type { BuiltRelease } from '../../pipeline/result.js';
import { fetchRelease } from '../fetch/fetch.js';
import { place } from './stage.js';
import { findTarget } from '../../targets/find.js';
import { stubContainer } from '../../../test/unit/support/container.js';
import { errorOf } from '../../../test/unit/support/errors.js';
import { directoryWith, type Tree } from '../../../test/unit/support/files.js';
import { PROBE } from '../../../test/unit/support/probe.js';
import { requestWith, type RequestChanges } from '../../../test/unit/support/request.js';
import { stageRun } from '../../../test/unit/support/run.js';
import { archiveOf, entriesOf } from '../../../test/unit/support/tar.js';

// A stream that waits for ever is a failure that is seen soon.
jest.setTimeout(10_000);

const target = findTarget('x86_64-unknown-linux-gnu');

const BUILDER = { base: { reference: 'elixir:1', id: 'sha256:1', digest: 'sha256:1' } };
const DATE = new Date('2023-11-14T22:13:20Z');

/** Fetches releases from a container and places them in an output directory. */
async function collected(
  output: string,
  names: readonly string[],
  changes: RequestChanges = {},
  more: Tree = {},
): Promise<readonly BuiltRelease[]> {
  const { run } = await stageRun(requestWith({ target, output, ...changes }));
  const releases = [];
  for (const name of names) {
    const tree = {
      'bin/run': { content: name, mode: 0o755 },
      'releases/COOKIE': 'secret',
      'lib/releases/COOKIE': 'no cookie',
      [`${name}-0.1.0.tar.gz`]: 'nested',
      ...more,
    };
    const container = stubContainer({}, { '/build/rel': createReadStream(await archiveOf(tree)) });
    const facts = { name, version: '0.1.0', path: '/build/rel', erts: '15' };
    const ofTarget = { of: { method: 'native' }, plan: { target }, builder: BUILDER, probe: PROBE };
    releases.push({ ...ofTarget, facts, ...(await fetchRelease(container, facts, DATE, run)) });
  }
  const { built } = await place.run({ releases } as never, run);
  return built;
}

/** The files of a tarball, sorted. */
async function filesOf(tarball: string): Promise<readonly string[]> {
  const entries = await entriesOf(tarball);
  return entries.flatMap(({ name, mode }) => (mode.startsWith('-') ? [name] : [])).sort();
}

describe('the stages fetch and place', () => {
  it('leave a directory, a tarball, its facts and a checksum for each release', async () => {
    const output = await directoryWith();
    const placed = await collected(output, ['web', 'worker']);
    const bases = ['web', 'worker'].map((name) => `${name}-0.1.0-${target.triple}`);
    expect(await readdir(output)).toEqual(
      [
        ...bases.flatMap((base) => [base, `${base}.json`, `${base}.tar.gz`, `${base}.tar.gz.sha256`]),
        '.partial-x',
      ].sort(),
    );
    expect(placed.map(({ tarball }) => tarball)).toEqual(bases.map((base) => path.join(output, `${base}.tar.gz`)));
    for (const { tarball, sha256, directory, name } of placed) {
      expect(await readFile(path.join(directory, 'bin/run'), 'utf8')).toBe(name);
      expect(await readFile(`${tarball}.sha256`, 'utf8')).toBe(`${sha256}  ${path.basename(tarball)}\n`);
      expect(await filesOf(tarball)).toEqual(['bin/run', 'lib/releases/COOKIE', 'releases/COOKIE']);
    }
  });

  it('replace the results of an earlier build', async () => {
    const base = `web-0.1.0-${target.triple}`;
    const output = await directoryWith({
      [`${base}/stale`]: 'x',
      [`${base}.tar.gz`]: 'x',
      [`${base}.tar.gz.sha256`]: 'x',
      other: 'x',
    });
    const [placed] = await collected(output, ['web']);
    expect(await readdir(path.join(output, base))).toEqual(['bin', 'lib', 'releases']);
    expect(await filesOf(placed?.tarball ?? '')).toContain('bin/run');
    expect(await readFile(path.join(output, 'other'), 'utf8')).toBe('x');
  });

  it('date every entry alike', async () => {
    const [placed] = await collected(await directoryWith(), ['web']);
    const times = (await entriesOf(placed?.tarball ?? '')).map((entry) => entry.time);
    expect(new Set(times)).toEqual(new Set(['2023-11-14 22:13:20']));
  });

  it('ship the modes that git knows, and those that keep-modes keeps', async () => {
    const modes = { 'bin/run': 0o744, 'lib/a-1/priv/ping': 0o4755, 'lib/a-1/priv/data': 0o600, 'etc/key': 0o640 };
    const more = Object.fromEntries(Object.entries(modes).map(([name, mode]) => [name, { content: 'x', mode }]));
    const [placed] = await collected(await directoryWith(), ['web'], { keepModes: ['etc/key'] }, more);
    const entries = await entriesOf(placed?.tarball ?? '');
    const shipped = Object.fromEntries(entries.map(({ name, mode }) => [name, mode]));
    expect(shipped).toMatchObject({
      ...{ bin: 'drwxr-xr-x', 'bin/run': '-rwxr-xr-x', 'lib/a-1/priv/ping': '-rwxr-xr-x' },
      ...{ 'lib/a-1/priv/data': '-rw-r--r--', 'etc/key': '-rw-r-----' },
    });
    const unpacked = (await stat(path.join(placed?.directory ?? '', 'etc/key'))).mode & 0o7777;
    expect(unpacked.toString(8)).toBe('640');
  });

  it('strip the cookie from the tarball and the directory, and nothing of the same name elsewhere', async () => {
    const [placed] = await collected(await directoryWith(), ['web'], { cookie: 'strip' });
    expect(await filesOf(placed?.tarball ?? '')).toEqual(['bin/run', 'lib/releases/COOKIE']);
    expect(await readdir(path.join(placed?.directory ?? '', 'releases'))).toEqual([]);
  });

  it('compress with zstd when asked to, under its own ending', async () => {
    const output = await directoryWith();
    const [placed] = await collected(output, ['web'], { format: 'tar.zst' });
    const base = `web-0.1.0-${target.triple}`;
    expect(placed?.tarball).toBe(path.join(output, `${base}.tar.zst`));
    expect(await readdir(output)).toEqual([
      '.partial-x',
      base,
      `${base}.json`,
      `${base}.tar.zst`,
      `${base}.tar.zst.sha256`,
    ]);
    expect((await readFile(placed?.tarball ?? '')).subarray(0, 4).toString('hex')).toBe('28b52ffd');
  });

  it('say that the output cannot be written', async () => {
    const output = await directoryWith({ 'elsewhere/file': 'x' });
    const { run } = await stageRun(requestWith({ target, output }));
    const files = outputFiles(output, path.join(output, 'elsewhere/file'), 'tar.gz');
    const container = stubContainer({}, { '/build/rel': createReadStream(await archiveOf({ a: 'x' })) });
    const facts = { name: 'web', version: '0.1.0', path: '/build/rel', erts: '15' };
    const error = await errorOf(() => fetchRelease(container, facts, DATE, { ...run, files }));
    expect(error).toMatchObject({ code: 'output-not-writable', exitStatus: 8 });
  });
});
