import { describe, expect, it, jest } from '@jest/globals';
import { readFile, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { Header } from 'tar';
import { packFiles, type VirtualFile } from '../../../src/archive/files.js';
import { unpackTree } from '../../../src/package/tree.js';
import { directoryWith } from '../support/files.js';
import { archiveOf } from '../support/tar.js';

// A stream that waits for ever is a failure that is seen soon.
jest.setTimeout(10_000);

const keepAll = (): boolean => false;

/** A directory to unpack into, with something beside it that must stay as it is. */
async function yard(): Promise<{ readonly root: string; readonly directory: string }> {
  const root = await directoryWith({ 'outside/kept': 'kept' });
  return { root, directory: path.join(root, 'in/side') };
}

async function unpackFiles(files: readonly VirtualFile[], directory: string): Promise<void> {
  await unpackTree(packFiles(files), directory, keepAll);
}

describe('unpackTree does not write outside its directory', () => {
  it.each([
    ['above the release', 'rel/../../evil'],
    ['far above', 'rel/../../../outside/evil'],
    ['above by way of a directory', 'rel/lib/../../../evil'],
  ])('and fails for an entry %s', async (_, name) => {
    const { root, directory } = await yard();
    await expect(unpackFiles([{ path: name, text: 'evil' }], directory)).rejects.toThrow();
    expect(await everythingBut(root, directory)).toEqual(['in', 'in/side', 'outside', 'outside/kept']);
  });

  it.each([
    ['an absolute path', '/evil'],
    ['an absolute path below the top level', 'rel//evil'],
    ['a parent directory as its top level', '../evil'],
  ])('for an entry with %s', async (_, name) => {
    const { root, directory } = await yard();
    const absolute = path.join(root, 'outside');
    await unpackFiles([{ path: name.replace('/evil', `${absolute}/evil`), text: 'evil' }], directory).catch(
      () => undefined,
    );
    expect(await readdir(absolute)).toEqual(['kept']);
    expect(await readdir(root)).toEqual(['in', 'outside']);
  });

  it.each([
    ['to an absolute path', (root: string) => path.join(root, 'outside')],
    ['to a relative path', () => '../../outside'],
  ])('and fails for an entry behind a link %s', async (_, linkTo) => {
    const { root, directory } = await yard();
    const files = [
      { path: 'rel/link', linkTo: linkTo(root) },
      { path: 'rel/link/evil', text: 'evil' },
    ];
    await expect(unpackFiles(files, directory)).rejects.toThrow();
    expect(await readdir(path.join(root, 'outside'))).toEqual(['kept']);
  });

  it('and does not overwrite what a link names', async () => {
    const { root, directory } = await yard();
    const files = [
      { path: 'rel/link', linkTo: path.join(root, 'outside/kept') },
      { path: 'rel/link', text: 'evil' },
    ];
    await unpackFiles(files, directory).catch(() => undefined);
    expect(await readFile(path.join(root, 'outside/kept'), 'utf8')).toBe('kept');
  });

  it('and fails for a hard link to a file outside', async () => {
    const { root, directory } = await yard();
    const header = new Header({
      path: 'rel/link',
      linkpath: 'rel/../../../outside/kept',
      type: 'Link',
      mode: 0o644,
      size: 0,
    });
    header.encode();
    const archive = Buffer.concat([header.block ?? Buffer.alloc(0), Buffer.alloc(1024)]);
    await expect(unpackTree(Readable.from([archive]), directory, keepAll)).rejects.toThrow();
    expect((await stat(path.join(root, 'outside/kept'))).nlink).toBe(1);
  });
});

async function everythingBut(root: string, directory: string): Promise<readonly string[]> {
  const inside = `${path.relative(root, directory)}/`;
  return (await readdir(root, { recursive: true })).filter((name) => !name.startsWith(inside)).sort();
}

describe('unpackTree fails', () => {
  it.each([
    ['inside a file', (whole: number) => Math.floor(whole / 2)],
    ['inside a header', () => 700],
    ['between two entries', () => 512],
    ['after its last entry', () => 3 * 512 + 100_352],
  ])('for an archive that breaks off %s', async (_, cut) => {
    const bytes = await readFile(await archiveOf({ 'bin/web': 'x'.repeat(100_000) }));
    const directory = path.join(await directoryWith(), 'web');
    const broken = Readable.from([bytes.subarray(0, cut(bytes.length))]);
    await expect(unpackTree(broken, directory, keepAll)).rejects.toThrow();
  });

  it('for what is no archive', async () => {
    const directory = path.join(await directoryWith(), 'web');
    const text = Readable.from([Buffer.alloc(2048, 'no archive ')]);
    await expect(unpackTree(text, directory, keepAll)).rejects.toThrow();
  });

  it('with the error of the stream', async () => {
    const archive = packFiles([{ path: 'rel/a', text: 'x'.repeat(100_000) }]);
    const half = (await buffer(archive)).subarray(0, 5000);
    const broken = Readable.from(
      (async function* () {
        yield await Promise.resolve(half);
        throw new Error('connection reset');
      })(),
    );
    await expect(unpackTree(broken, path.join(await directoryWith(), 'web'), keepAll)).rejects.toThrow(
      'connection reset',
    );
  });

  it('under a regular file, with the error of the file system', async () => {
    const root = await directoryWith({ file: 'x' });
    const archive = packFiles([{ path: 'rel/a', text: 'x' }]);
    await expect(unpackTree(archive, path.join(root, 'file/web'), keepAll)).rejects.toMatchObject({ code: 'ENOTDIR' });
  });
});
