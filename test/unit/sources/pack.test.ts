import { describe, expect, it, jest } from '@jest/globals';
import { execFile } from 'node:child_process';
import { link, lstat, readFile, readlink, rm, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { listSources } from '../../../src/sources/list.js';
import { packSources, type DatedFile } from '../../../src/sources/pack.js';
import type { VirtualFile } from '../../../src/archive/files.js';
import { errorOf } from '../support/errors.js';
import { dateBy, directoryWith, type Tree } from '../support/files.js';
import { entriesOf, extracted, saved } from '../support/tar.js';

// A stream that waits for ever is a failure that is seen soon.
jest.setTimeout(10_000);

const execFileAsync = promisify(execFile);
const mtime = new Date('2031-05-06T07:08:09Z');
const owner = { uid: 10001, gid: 10002 };

async function pathsOf(checkout: string): Promise<readonly string[]> {
  const output = path.join(checkout, '_build/out');
  return (await listSources({ checkout, project: checkout, output, git: undefined })).paths;
}

async function packed(tree: Tree, extra: readonly VirtualFile[] = []): Promise<string> {
  const checkout = await directoryWith(tree);
  return saved(packSources({ checkout, paths: await pathsOf(checkout), extra, owner, mtime }));
}

const everything: Tree = {
  'mix.exs': 'defmodule',
  'bin/run': { content: '#!/bin/sh\n', mode: 0o755 },
  secret: { content: 'x', mode: 0o600 },
  shared: { content: 'x', mode: 0o664 },
  readonly: { content: 'x', mode: 0o444 },
  link: { linkTo: 'bin/run' },
  absolute: { linkTo: '/etc/hostname' },
  dangling: { linkTo: 'no/where' },
  empty: '',
  private: { directory: true, mode: 0o700 },
};

describe('packSources', () => {
  it('gives every entry the owner and the time that were asked for', async () => {
    const checkout = await directoryWith(everything);
    for (const name of await pathsOf(checkout)) await dateBy(path.join(checkout, name), new Date('2001-01-01'));
    const archive = packSources({
      ...{ checkout, paths: await pathsOf(checkout), owner, mtime },
      extra: [{ path: 'deps', linkTo: '/build/state/deps' }],
    });
    const entries = await entriesOf(await saved(archive));
    expect(entries).toHaveLength(Object.keys(everything).length + 2);
    for (const entry of entries) {
      expect(entry).toMatchObject({ owner: '10001/10002', time: '2031-05-06 07:08:09' });
    }
  });

  it('keeps modes, links and directories', async () => {
    const entries = await entriesOf(await packed(everything));
    const modes = Object.fromEntries(entries.map(({ name, mode, linkTo }) => [name, [mode, linkTo]]));
    expect(modes).toMatchObject({
      bin: ['drwxr-xr-x', undefined],
      'bin/run': ['-rwxr-xr-x', undefined],
      secret: ['-rw-------', undefined],
      shared: ['-rw-rw-r--', undefined],
      readonly: ['-r--r--r--', undefined],
      private: ['drwx------', undefined],
      link: ['lrwxrwxrwx', 'bin/run'],
      absolute: ['lrwxrwxrwx', '/etc/hostname'],
      dangling: ['lrwxrwxrwx', 'no/where'],
    });
  });

  it('adds a link that is not in the checkout', async () => {
    const entries = await entriesOf(
      await packed({ 'mix.exs': '' }, [{ path: 'app/deps', linkTo: '/build/state/deps' }]),
    );
    expect(entries).toContainEqual({
      name: 'app/deps',
      linkTo: '/build/state/deps',
      mode: 'lrwxrwxrwx',
      owner: '10001/10002',
      time: '2031-05-06 07:08:09',
    });
  });

  it.each([1, 5, 50])('adds %i files that are not in the checkout', async (count) => {
    const extra = Array.from({ length: count }, (_, index) => ({ path: `extra${String(index)}`, text: 'text' }));
    const directory = await extracted(await packed({ 'mix.exs': 'x', 'lib/a.ex': 'x' }, extra));
    for (const { path: name } of extra) expect(await readFile(path.join(directory, name), 'utf8')).toBe('text');
    expect(await readFile(path.join(directory, 'mix.exs'), 'utf8')).toBe('x');
  });

  it.each([
    ['a path of more than 100 characters', `${'a'.repeat(60)}/${'b'.repeat(60)}/file`],
    ['a name of more than 100 characters', 'n'.repeat(120)],
    ['a path of more than 255 characters', `${'a'.repeat(150)}/${'b'.repeat(150)}/${'c'.repeat(150)}`],
    ['UTF-8', 'grüße/日本語/👩‍🚀'],
    ['long UTF-8', `${'ü'.repeat(100)}/${'日'.repeat(80)}`],
    ['spaces', ' two  words '],
    ['a line end', 'new\nline'],
    ['a line end and UTF-8', 'grüße\nline'],
    ['a leading dash, at or dot', '-x/@y/.z'],
    ['quotes and backslashes', `'q"\\n`],
  ])('keeps a file whose name has %s', async (_, name) => {
    const directory = await extracted(await packed({ [name]: 'content' }));
    expect(await readFile(path.join(directory, name), 'utf8')).toBe('content');
  });

  it.each(['relative/'.repeat(20) + 'end', 'ü'.repeat(80), '/absolute/'.repeat(30)])(
    'keeps a link to %s',
    async (linkTo) => {
      const directory = await extracted(await packed({ link: { linkTo } }));
      expect(await readlink(path.join(directory, 'link'))).toBe(linkTo);
    },
  );

  it('keeps the bytes of files of every size', async () => {
    const sizes = [0, 1, 511, 512, 513, 1024, 70_000, 3_000_000];
    const tree = Object.fromEntries(sizes.map((size) => [String(size), Buffer.alloc(size, 'mix-release ')]));
    const directory = await extracted(await packed(tree));
    for (const [name, bytes] of Object.entries(tree)) {
      expect((await readFile(path.join(directory, name))).equals(bytes)).toBe(true);
    }
  });

  it('keeps hard links readable under every name', async () => {
    const checkout = await directoryWith({ 'z/first': 'content' });
    await link(path.join(checkout, 'z/first'), path.join(checkout, 'a'));
    await link(path.join(checkout, 'z/first'), path.join(checkout, 'm'));
    const archive = packSources({ checkout, paths: await pathsOf(checkout), extra: [], owner, mtime });
    const directory = await extracted(await saved(archive));
    for (const name of ['a', 'm', 'z/first']) {
      expect(await readFile(path.join(directory, name), 'utf8')).toBe('content');
      expect((await lstat(path.join(directory, name))).isFile()).toBe(true);
    }
  });

  it('comes to an end for files that are linked to each other, again and again', async () => {
    const checkout = await directoryWith({ a: 'content', m: 'x', 'z/c': 'x' });
    await link(path.join(checkout, 'a'), path.join(checkout, 'z/b'));
    const paths = await pathsOf(checkout);
    for (let time = 0; time < 60; time += 1) {
      await buffer(packSources({ checkout, paths, extra: [], owner, mtime }));
    }
  });

  it('packs an empty checkout', async () => {
    expect(await entriesOf(await packed({}))).toEqual([]);
  });

  it('packs a thousand files', async () => {
    const names = Array.from({ length: 1000 }, (_, index) => `lib/file_${String(index)}.ex`);
    const entries = await entriesOf(await packed(Object.fromEntries(names.map((name) => [name, name]))));
    expect(entries).toHaveLength(1001);
  });

  it('leaves the owner on this machine out of the archive', async () => {
    const checkout = await directoryWith({ ['ü'.repeat(60)]: 'x' });
    const bytes = await buffer(packSources({ checkout, paths: await pathsOf(checkout), extra: [], owner, mtime }));
    const user = (await execFileAsync('id', ['-un'])).stdout.trim();
    expect(bytes.includes(`uname=${user}`)).toBe(false);
    expect(bytes.includes(`${user}\0`)).toBe(false);
  });
});

describe('packSources fails clearly', () => {
  it('for a file that vanishes between listing and packing', async () => {
    const checkout = await directoryWith({ a: 'x', b: 'x', c: 'x' });
    const paths = await pathsOf(checkout);
    await rm(path.join(checkout, 'b'));
    const error = await errorOf(() => buffer(packSources({ checkout, paths, extra: [], owner, mtime })));
    expect(error).toMatchObject({ code: 'sources-unreadable', exitStatus: 2 });
    expect(error.message).toContain(path.join(checkout, 'b'));
  });

  it('for a file that changed since its time was decided', async () => {
    const checkout = await directoryWith({ 'a.ex': 'x', 'b.ex': 'x' });
    const paths = ['a.ex', 'b.ex'];
    const kept = new Map<string, DatedFile>();
    for (const name of paths) {
      const { size, mtimeMs } = await lstat(path.join(checkout, name));
      kept.set(name, { size, mtimeMs, time: mtime });
    }
    const times = (
      await entriesOf(await saved(packSources({ checkout, paths, extra: [], owner, mtime: new Date(), kept })))
    ).map(({ time }) => time);
    expect(new Set(times).size).toBe(1);
    await writeFile(path.join(checkout, 'b.ex'), 'y');
    const error = await errorOf(() => buffer(packSources({ checkout, paths, extra: [], owner, mtime, kept })));
    expect(error).toMatchObject({ code: 'sources-unreadable' });
    expect(error.message).toContain('b.ex changed while it was read');
  });

  it('for a file that gets shorter while it is read', async () => {
    const names = Array.from({ length: 40 }, (_, index) => `file_${String(index + 10)}`);
    const checkout = await directoryWith(Object.fromEntries(names.map((name) => [name, Buffer.alloc(300_000, 1)])));
    const archive = packSources({ checkout, paths: await pathsOf(checkout), extra: [], owner, mtime });
    const error = await errorOf(async () => {
      let bytes = 0;
      for await (const chunk of archive) {
        if (bytes === 0) await Promise.all(names.map((name) => truncate(path.join(checkout, name), 10)));
        bytes += (chunk as Buffer).length;
      }
      return bytes;
    });
    expect(error.code).toBe('sources-unreadable');
  });
});
