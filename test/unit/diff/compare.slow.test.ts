import { describe, expect, it, jest } from '@jest/globals';
import { execFile } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { compareReleases, type Difference } from '../../../src/diff/compare.js';
import { openRelease } from '../../../src/diff/release.js';
import { FORMATS, type Format } from '../../../src/package/format.js';
import { packTarball } from '../../../src/package/tarball.js';
import { unpackTree } from '../../../src/package/tree.js';
import { directoryWith, type Tree } from '../support/files.js';
import { archiveOf } from '../support/tar.js';

jest.setTimeout(60_000);
const run = promisify(execFile);
const MTIME = new Date('2024-01-01T00:00:00Z');

async function compared(one: string, other: string): Promise<readonly Difference[]> {
  await using first = await openRelease(one);
  await using second = await openRelease(other);
  return await compareReleases(first, second);
}

async function tarballOf(tree: Tree, format: Format, mtime = MTIME): Promise<string> {
  const made = await directoryWith();
  const directory = path.join(made, 'web');
  const entries = await unpackTree(createReadStream(await archiveOf(tree)), directory, () => false);
  return (await packTarball(directory, entries, path.join(made, `web.${format}`), { format, mtime })).path;
}

/** The only difference of two trees. */
async function difference(one: Tree, other: Tree): Promise<Difference> {
  const [found, ...more] = await compared(await directoryWith(one), await directoryWith(other));
  if (!found || more.length > 0) throw new Error(JSON.stringify([found, ...more]));
  return found;
}

/** Compiled code with these chunks. */
function beam(chunks: Readonly<Record<string, string>>): Buffer {
  const body = Object.entries(chunks).map(([name, text]) => {
    const content = Buffer.from(text);
    const size = Buffer.alloc(4);
    size.writeUInt32BE(content.length);
    return Buffer.concat([Buffer.from(name), size, content, Buffer.alloc(-content.length & 3)]);
  });
  const all = Buffer.concat([Buffer.from('BEAM'), ...body]);
  const size = Buffer.alloc(4);
  size.writeUInt32BE(all.length);
  return Buffer.concat([Buffer.from('FOR1'), size, all]);
}

const tree: Tree = {
  'bin/web': { content: '#!/bin/sh\n', mode: 0o755 },
  'lib/a/priv/link': { linkTo: '../x' },
  'releases/COOKIE': 'secret',
  big: Buffer.alloc(9_000_000, 'release'),
};

describe('compareReleases', () => {
  it('finds nothing between a directory and its tarballs', async () => {
    const directory = await directoryWith(tree);
    for (const format of FORMATS) {
      expect(await compared(directory, await tarballOf(tree, format))).toEqual([]);
    }
    expect(await compared(await tarballOf(tree, 'tar.gz'), await tarballOf(tree, 'tar.zst'))).toEqual([]);
  });

  it('finds times and owners between two tarballs, and only there', async () => {
    const found = await compared(
      await tarballOf({ a: 'x' }, 'tar.gz'),
      await tarballOf({ a: 'x' }, 'tar.gz', new Date(0)),
    );
    expect(found).toMatchObject([{ path: 'a', kind: 'time' }]);
  });

  it.each<[string, Tree, Partial<Difference>]>([
    ['a file less', { 'bin/web': tree['bin/web'] ?? '' }, { kind: 'only-in-first' }],
    ['a mode', { ...tree, 'bin/web': '#!/bin/sh\n' }, { path: 'bin/web', kind: 'mode', why: '755 and 644' }],
    ['a link', { ...tree, 'lib/a/priv/link': { linkTo: '../y' } }, { kind: 'link', why: '../x and ../y' }],
    ['a type', { ...tree, 'lib/a/priv/link': 'x' }, { kind: 'type', why: 'SymbolicLink and File' }],
    [
      'the cookie',
      { ...tree, 'releases/COOKIE': 'other' },
      { kind: 'content', why: expect.stringMatching(/cookie: strip/) as unknown as string },
    ],
  ])('names %s', async (_, other, expected) => {
    expect(await compared(await directoryWith(tree), await directoryWith(other))).toContainEqual(
      expect.objectContaining(expected),
    );
  });

  it('names the chunks of compiled code, compressed or not', async () => {
    const one = beam({ AtU8: 'abc', Code: 'xyz', CInf: '/home/a' });
    const other = beam({ AtU8: 'abc', Code: 'xyz', CInf: '/home/b', Docs: 'text' });
    const { why } = await difference({ 'a.beam': one }, { 'a.beam': gzipSync(other) });
    expect(why).toMatch(/^compiled code differs in CInf \(.*path of the source\), Docs \(documentation\)$/);
  });

  it('names the paths of a build in machine code with debug information', async () => {
    const source = 'int answer(void) { return 42; }\n';
    const objects = [];
    for (const place of ['one', 'two']) {
      const directory = await directoryWith({ [`${place}/answer.c`]: source });
      const cwd = path.join(directory, place);
      await run('cc', ['-g', '-shared', '-fPIC', '-o', 'answer.so', 'answer.c'], { cwd });
      objects.push(await readFile(path.join(cwd, 'answer.so')));
    }
    const [one = Buffer.alloc(0), other = Buffer.alloc(0)] = objects;
    const { why } = await difference({ 'answer.so': one }, { 'answer.so': other });
    expect(why).toMatch(/^machine code differs in paths of the build \(.*\/one.* and .*\/two.*\) in debug information/);
    expect(why).toContain('-ffile-prefix-map');
  });

  it.each([
    ['text', 'built 2024-01-01T10:00:00Z', 'built 2025-02-03T11:12:13Z'],
    ['what a compiler writes', 'x\0Jan  1 2024\0y', 'x\0Feb  2 2025\0y'],
  ])('says that only a date differs in %s', async (_, one, other) => {
    expect((await difference({ a: one }, { a: other })).why).toMatch(/dates or times \(.*2024.* and .*2025.*\)/);
  });

  it('shows the first line that differs in a text', async () => {
    const { why } = await difference({ a: 'same\none\n' }, { a: 'same\ntwo\n' });
    expect(why).toBe('text, first in line 2: "one" and "two"');
  });

  it('says nothing where it knows nothing', async () => {
    expect((await difference({ a: 'x\0y' }, { a: 'x\0z' })).why).toBe('');
  });
});

describe('openRelease', () => {
  it.each<[string, (whole: Buffer) => Buffer]>([
    ['breaks off', (whole) => whole.subarray(0, whole.length / 2)],
    ['is something else', () => zstdCompressSync(Buffer.from('hello'))],
    ['is empty', () => Buffer.alloc(0)],
  ])('refuses a tarball that %s', async (_, change) => {
    for (const format of FORMATS) {
      const file = await tarballOf(tree, format);
      await writeFile(file, change(await readFile(file)));
      await expect(openRelease(file)).rejects.toMatchObject({ code: 'not-a-release', exitStatus: 2 });
    }
  });

  it('refuses what is not there', async () => {
    await expect(openRelease('/nowhere')).rejects.toMatchObject({ code: 'not-a-release' });
  });
});
