import { describe, expect, it, jest } from '@jest/globals';
import { createReadStream } from 'node:fs';
import { mkdir, readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { fetchTree, placeTarballs, type Placed } from '../../../src/build/collect.js';
import type { BuildRequest } from '../../../src/build/request.js';
import { findTarget } from '../../../src/targets/find.js';
import { stubContainer } from '../support/container.js';
import { errorOf } from '../support/errors.js';
import { directoryWith } from '../support/files.js';
import { requestWith } from '../support/request.js';
import { archiveOf, entriesOf } from '../support/tar.js';

// A stream that waits for ever is a failure that is seen soon.
jest.setTimeout(10_000);

const target = findTarget('x86_64-unknown-linux-gnu');

function requestFor(output: string, sourceDate?: Date): BuildRequest {
  return requestWith({ target, output, sourceDate });
}

/** Brings releases back from a container into an output directory. */
async function collected(output: string, names: readonly string[], date?: Date): Promise<readonly Placed[]> {
  const request = requestFor(output, date);
  const workbench = path.join(output, '.partial-x');
  await mkdir(workbench, { recursive: true });
  const trees = [];
  for (const name of names) {
    const tree = { 'bin/run': { content: name, mode: 0o755 }, [`${name}-0.1.0.tar.gz`]: 'nested' };
    const container = stubContainer({}, { '/build/rel': createReadStream(await archiveOf(tree)) });
    trees.push(
      await fetchTree(container, { name, version: '0.1.0', path: '/build/rel', erts: '15' }, request, workbench),
    );
  }
  return placeTarballs(trees, request);
}

describe('fetchTree and placeTarballs', () => {
  it('leave a directory, a tarball and a checksum for each release', async () => {
    const output = await directoryWith();
    const placed = await collected(output, ['web', 'worker']);
    const bases = ['web', 'worker'].map((name) => `${name}-0.1.0-${target.triple}`);
    expect(await readdir(output)).toEqual(
      [...bases.flatMap((base) => [base, `${base}.tar.gz`, `${base}.tar.gz.sha256`]), '.partial-x'].sort(),
    );
    expect(placed.map(({ path: tarball }) => tarball)).toEqual(
      bases.map((base) => path.join(output, `${base}.tar.gz`)),
    );
    for (const { path: tarball, sha256, directory, facts } of placed) {
      expect(await readFile(path.join(directory, 'bin/run'), 'utf8')).toBe(facts.name);
      expect(await readFile(`${tarball}.sha256`, 'utf8')).toBe(`${sha256}  ${path.basename(tarball)}\n`);
      expect((await entriesOf(tarball)).map(({ name }) => name)).toEqual(['bin', 'bin/run']);
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
    expect(await readdir(path.join(output, base))).toEqual(['bin']);
    expect((await entriesOf(placed?.path ?? '')).length).toBe(2);
    expect(await readFile(path.join(output, 'other'), 'utf8')).toBe('x');
  });

  it.each([
    [undefined, '1980-01-01 00:00:00'],
    [new Date('2023-11-14T22:13:20Z'), '2023-11-14 22:13:20'],
    [new Date(0), '1970-01-01 00:00:00'],
  ])('date entries by source date %p', async (date, time) => {
    const [placed] = await collected(await directoryWith(), ['web'], date);
    const times = (await entriesOf(placed?.path ?? '')).map((entry) => entry.time);
    expect(new Set(times)).toEqual(new Set([time]));
  });

  it('say that the output cannot be written', async () => {
    const output = path.join(await directoryWith({ file: 'x' }), 'file');
    const container = stubContainer({}, { '/build/rel': createReadStream(await archiveOf({ a: 'x' })) });
    const facts = { name: 'web', version: '0.1.0', path: '/build/rel', erts: '15' };
    const error = await errorOf(() => fetchTree(container, facts, requestFor(output), path.join(output, '.partial-x')));
    expect(error).toMatchObject({ code: 'output-not-writable', exitStatus: 8 });
  });
});
