import { describe, expect, it, jest } from '@jest/globals';
import { execFile } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { link, lstat, readFile, readdir, readlink, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync, gzipSync } from 'node:zlib';
import { FORMATS } from '../../../src/package/format.js';
import { checksumText, packTarball, type Tarball } from '../../../src/package/tarball.js';
import type { Format } from '../../../src/package/format.js';
import { unpackTree, type EntryFilter } from '../../../src/package/tree.js';
import { directoryWith, ELF, type Tree } from '../support/files.js';
import { archiveOf, entriesOf, extracted, tar } from '../support/tar.js';

// A stream that waits for ever is a failure that is seen soon.
jest.setTimeout(10_000);

const execFileAsync = promisify(execFile);
const mtime = new Date('2020-02-03T04:05:06Z');
const keepAll: EntryFilter = () => false;

const release: Tree = {
  'bin/web': { content: '#!/bin/sh\n', mode: 0o755 },
  'erts-15.2/bin/erl': { content: ELF, mode: 0o755 },
  'lib/web/ebin/web.app': { content: '{application}', mode: 0o644 },
  'lib/web/priv/static/grüße.txt': 'hello',
  'lib/web/priv/link': { linkTo: 'static/grüße.txt' },
  'lib/web/priv/absolute': { linkTo: '/etc/hostname' },
  'lib/web/priv/dangling': { linkTo: '../no/where' },
  'lib/web/priv/long': { linkTo: `${'ü'.repeat(120)}/x` },
  [`lib/${'long'.repeat(30)}/${'name'.repeat(40)}`]: 'x',
  'releases/COOKIE': { content: 'secret', mode: 0o644 },
  'releases/0.1.0/empty': '',
  'releases/0.1.0/new\nline': 'x',
  tmp: { directory: true },
  big: Buffer.alloc(1_500_000, 'release '),
};

/** An engine hands entries out in the order of their names. */
const BY_NAME = '--sort=name';

async function packed(archive: string, leaveOut = keepAll, format: Format = 'tar.gz'): Promise<Tarball> {
  const made = await directoryWith();
  const entries = await unpackTree(createReadStream(archive), path.join(made, 'web'), leaveOut);
  return packTarball(path.join(made, 'web'), entries, path.join(made, `web-0.1.0.${format}`), { format, mtime });
}

/** An archive of a tree with its entries in the reverse order of their names. */
async function reversed(tree: Tree, ...options: readonly string[]): Promise<string> {
  const names = Object.keys(tree).sort().reverse();
  const directory = await directoryWith(Object.fromEntries(names.map((name) => [`rel/${name}`, tree[name] ?? ''])));
  const list = path.join(directory, 'list');
  const folders = new Set(names.flatMap((name) => name.split('/').map((_, at, parts) => parts.slice(0, at).join('/'))));
  const all = [...names, ...[...folders].sort().reverse()].map((name) => path.posix.join('rel', name));
  await writeFile(list, `${all.join('\0')}\0`);
  const archive = path.join(directory, 'archive.tar');
  const from = ['--directory', directory, '--no-recursion', '--null', '--verbatim-files-from', '--files-from', list];
  await tar('--create', ...options, '--file', archive, ...from);
  return archive;
}

describe('packTarball', () => {
  it.each(['--format=gnu', '--format=posix'])('holds the release as it is, from an archive in %s', async (format) => {
    const directory = await directoryWith(release);
    const copy = await extracted((await packed(await archiveOf(release, BY_NAME, format))).path);
    for (const [name, node] of Object.entries(release)) {
      const [was, is] = await Promise.all([directory, copy].map((root) => lstat(path.join(root, name))));
      expect([name, is?.mode]).toEqual([name, was?.mode]);
      if (typeof node === 'object' && 'linkTo' in node) {
        expect(await readlink(path.join(copy, name))).toBe(node.linkTo);
      } else if (was?.isFile()) {
        expect((await readFile(path.join(copy, name))).equals(await readFile(path.join(directory, name)))).toBe(true);
      }
    }
    const everything = { recursive: true } as const;
    expect((await readdir(copy, everything)).sort()).toEqual((await readdir(directory, everything)).sort());
  });

  it('dates every entry alike, gives it to root, and begins at the top of the release', async () => {
    const entries = await entriesOf((await packed(await archiveOf(release))).path);
    for (const entry of entries) expect(entry).toMatchObject({ owner: '0/0', time: '2020-02-03 04:05:06' });
    expect(entries.map(({ name }) => name)).toEqual(expect.arrayContaining(['bin', 'bin/web', 'tmp']));
    expect(entries.some(({ name }) => /^[./]|^rel(\/|$)/.test(name))).toBe(false);
  });

  it('sorts the entries, in whatever order they came', async () => {
    const order = ['z', 'lib/c', 'lib/a-b', 'lib/a/b', 'lib/a.b', 'bin/web', 'Zoo'];
    const tree = Object.fromEntries(order.map((name) => [name, 'x']));
    const archive = await archiveOf(tree, '--sort=none');
    const sorted = ['Zoo', 'bin', 'bin/web', 'lib', 'lib/a', 'lib/a/b', 'lib/a-b', 'lib/a.b', 'lib/c', 'z'];
    for (const file of [archive, await archiveOf(tree, BY_NAME), await reversed(tree)]) {
      expect((await entriesOf((await packed(file)).path)).map(({ name }) => name)).toEqual(sorted);
    }
  });

  it.each(FORMATS)(
    'gives the same bytes for the same release as %s, whoever made it, in what order and when',
    async (format) => {
      const one = await packed(await archiveOf(release, BY_NAME), keepAll, format);
      const others = ['--mtime=2001-01-01', '--owner=somebody:1234', '--group=users:99', '--mode=go-rwx'];
      for (const archive of [await archiveOf(release, BY_NAME, ...others), await reversed(release, ...others)]) {
        const two = await packed(archive, keepAll, format);
        expect(two.sha256).toBe(one.sha256);
        expect((await readFile(two.path)).equals(await readFile(one.path))).toBe(true);
      }
    },
  );

  it.each<[string, Tree]>([
    ['a byte', { 'bin/web': { content: '#!/bin/hs\n', mode: 0o755 } }],
    ['a mode', { 'bin/web': { content: '#!/bin/sh\n', mode: 0o644 } }],
    ['a link', { 'lib/web/priv/dangling': { linkTo: '../no/were' } }],
    ['a file more', { 'tmp/x': '' }],
  ])('gives other bytes for a release that differs by %s', async (_, change) => {
    const before = await packed(await archiveOf(release, BY_NAME));
    expect((await packed(await archiveOf({ ...release, ...change }, BY_NAME))).sha256).not.toBe(before.sha256);
  });

  it('leaves out what it is told to, and that alone', async () => {
    const archive = await archiveOf({ 'web.tar.gz': 'nested', 'lib/web.tar.gz': 'x', z: 'x' }, BY_NAME);
    const { path: tarball } = await packed(archive, (name) => name === 'web.tar.gz');
    expect((await entriesOf(tarball)).map(({ name }) => name)).toEqual(['lib', 'lib/web.tar.gz', 'z']);
  });

  it('keeps hard links, time after time', async () => {
    const source = await directoryWith({ 'rel/a': 'content', 'rel/m': 'x', 'rel/z/c': 'x' });
    await link(path.join(source, 'rel/a'), path.join(source, 'rel/z/b'));
    const archive = path.join(source, 'archive.tar');
    await tar('--create', BY_NAME, '--file', archive, '--directory', source, 'rel');
    for (let time = 0; time < 30; time += 1) await packed(archive);
    const copy = await extracted((await packed(archive)).path);
    expect(await readFile(path.join(copy, 'z/b'), 'utf8')).toBe('content');
    expect((await stat(path.join(copy, 'a'))).nlink).toBe(2);
  });

  it('says nothing of this machine, of the container or of now in the archive', async () => {
    const archive = await archiveOf(release, '--format=posix', '--owner=somebody:1234', '--group=users:99');
    const tarball = await readFile((await packed(archive)).path);
    expect(tarball.readUInt32LE(4)).toBe(0);
    const plain = gunzipSync(tarball);
    for (const word of ['somebody', 'users', 'SCHILY.', 'atime=', 'ctime=', '1234']) {
      expect([word, plain.includes(word)]).toEqual([word, false]);
    }
  });

  it('says how large the file is, and its checksum in words that sha256sum checks', async () => {
    const tarball = await packed(await archiveOf(release));
    expect(tarball.size).toBe((await stat(tarball.path)).size);
    expect(tarball.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(checksumText(tarball)).toBe(`${tarball.sha256}  web-0.1.0.tar.gz\n`);
    const checksum = `${tarball.path}.sha256`;
    await writeFile(checksum, checksumText(tarball));

    const check = (): Promise<{ stdout: string }> =>
      execFileAsync('sha256sum', ['--check', '--strict', path.basename(checksum)], { cwd: path.dirname(checksum) });
    expect((await check()).stdout).toBe('web-0.1.0.tar.gz: OK\n');
    await writeFile(tarball.path, 'something else');
    await expect(check()).rejects.toMatchObject({ code: 1 });
  });

  it.each([5, 50, 2000])('packs %i files', async (count) => {
    const names = Array.from({ length: count }, (_, index) => `file_${String(index)}`);
    const { path: tarball } = await packed(await archiveOf(Object.fromEntries(names.map((name) => [name, name]))));
    expect(await entriesOf(tarball)).toHaveLength(count);
  });

  it('packs an empty release', async () => {
    expect(await entriesOf((await packed(await archiveOf({}))).path)).toEqual([]);
  });
});

describe('packTarball as tar.gz', () => {
  it.each([1, 1000, (1 << 20) - 1024, 1 << 20, 5_000_000])('can be read by gzip with %i bytes in it', async (size) => {
    const content = Buffer.alloc(size, 'words that repeat and repeat ');
    const { path: tarball } = await packed(await archiveOf({ a: content }));
    await execFileAsync('gzip', ['--test', tarball]);
    expect((await readFile(path.join(await extracted(tarball), 'a'))).equals(content)).toBe(true);
  });

  it('has a header without name, time and system, and is about as small as gzip makes it', async () => {
    const file = process.execPath;
    const archive = await archiveOf({ a: (await readFile(file)).subarray(0, 20_000_000) });
    const { path: tarball, size } = await packed(archive);
    expect((await readFile(tarball)).subarray(0, 10).toString('hex')).toBe('1f8b08000000000000ff');
    expect(size).toBeLessThan(1.02 * gzipSync(await readFile(archive)).length);
  });
});

describe('packTarball as tar.zst', () => {
  it.each([1, 4 << 20, 9_000_000])('can be read by zstd with %i bytes in it', async (size) => {
    const content = Buffer.alloc(size, 'words that repeat and repeat ');
    const { path: tarball } = await packed(await archiveOf({ a: content }), keepAll, 'tar.zst');
    await execFileAsync('zstd', ['--test', '--quiet', tarball]);
    expect((await readFile(path.join(await extracted(tarball), 'a'))).equals(content)).toBe(true);
  });
});

describe('packTarball fails', () => {
  it('where the place of the tarball is not there', async () => {
    const made = await directoryWith({ 'web/a': 'x' });
    const entries = [{ path: 'a', type: 'File', mode: 0o644 }] as const;
    const place = path.join(made, 'gone/web.tar.gz');
    await expect(
      packTarball(path.join(made, 'web'), entries, place, { format: 'tar.gz', mtime }),
    ).rejects.toMatchObject({
      code: 'ENOENT',
    });
  });

  it('where a file is gone', async () => {
    const made = await directoryWith();
    const entries = [{ path: 'a', type: 'File', mode: 0o644 }] as const;
    const place = path.join(made, 'web.tar.gz');
    await expect(packTarball(made, entries, place, { format: 'tar.gz', mtime })).rejects.toMatchObject({
      code: 'ENOENT',
    });
  });
});
