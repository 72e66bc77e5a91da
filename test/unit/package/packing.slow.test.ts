import { describe, expect, it, jest } from '@jest/globals';
import { createReadStream } from 'node:fs';
import { link, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { FORMATS, type Format } from '../../../src/package/format.js';
import { startPacking } from '../../../src/package/packing.js';
import { packTarball, type Tarball } from '../../../src/package/tarball.js';
import { unpackTree, type EntryFilter } from '../../../src/package/tree.js';
import { directoryWith, ELF, type Tree } from '../support/files.js';
import { archiveOf, tar } from '../support/tar.js';

// A stream that waits for ever is a failure that is seen soon.
jest.setTimeout(20_000);

const mtime = new Date('2020-02-03T04:05:06Z');
const keepAll: EntryFilter = () => false;

const release: Tree = {
  'bin/web': { content: '#!/bin/sh\n', mode: 0o755 },
  'erts-15.2/bin/erl': { content: ELF, mode: 0o555 },
  'lib/web/priv/static/grüße.txt': 'hello',
  'lib/web/priv/link': { linkTo: 'static/grüße.txt' },
  'lib/web-a/x': 'x',
  [`lib/${'long'.repeat(30)}/${'name'.repeat(40)}`]: 'x',
  'releases/COOKIE': { content: 'secret', mode: 0o400 },
  'releases/0.1.0/empty': '',
  big: Buffer.alloc(30_000_000, 'release '),
};

/** In the order in which an engine hands entries out. */
const BY_NAME = '--sort=name';

interface Made {
  /** What came of the tarball that was made while the tree was unpacked. */
  readonly tarball: Tarball;
  /** The sha256 of one that was packed from the unpacked tree. */
  readonly expected: string;
}

async function made(
  archive: string,
  options: { readonly format?: Format; readonly leaveOut?: EntryFilter; readonly readsAgain?: boolean } = {},
): Promise<Made> {
  const { format = 'tar.gz', leaveOut = keepAll, readsAgain = false } = options;
  const place = await directoryWith();
  const directory = path.join(place, 'web');
  const packing = startPacking(path.join(place, `one.${format}`), { format, mtime });
  const entries = await unpackTree(createReadStream(archive), directory, leaveOut, packing);
  const { sha256: expected } = await packTarball(directory, entries, path.join(place, 'two'), { format, mtime });
  // Nothing of the tree is read again but where the order asks for it.
  if (!readsAgain) await rm(directory, { recursive: true });
  return { tarball: await packing.finish(directory, entries), expected };
}

describe('startPacking', () => {
  it.each(FORMATS)('gives the same bytes as packing the unpacked tree, as %s', async (format) => {
    const { tarball, expected } = await made(await archiveOf(release, BY_NAME), { format });
    expect(tarball.sha256).toBe(expected);
    expect((await readFile(tarball.path)).length).toBe(tarball.size);
  });

  it('gives the same bytes where the entries come in another order', async () => {
    const source = await directoryWith({ 'rel/z': 'z', 'rel/a': 'a' });
    const archive = path.join(source, 'archive.tar');
    await tar('--create', '--no-recursion', '--file', archive, '--directory', source, 'rel', 'rel/z', 'rel/a');
    const { tarball, expected } = await made(archive, { readsAgain: true });
    expect(tarball.sha256).toBe(expected);
    await expect(made(archive)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('gives the same bytes for hard links', async () => {
    const source = await directoryWith({ 'rel/a': 'content', 'rel/m': 'x', 'rel/z/c': 'x' });
    await link(path.join(source, 'rel/a'), path.join(source, 'rel/z/b'));
    const archive = path.join(source, 'archive.tar');
    await tar('--create', BY_NAME, '--file', archive, '--directory', source, 'rel');
    const { tarball, expected } = await made(archive);
    expect(tarball.sha256).toBe(expected);
  });

  it('packs nothing that was left out, and an empty release', async () => {
    const leaveOut = (name: string): boolean => name === 'releases/COOKIE';
    const { tarball, expected } = await made(await archiveOf(release, BY_NAME), { leaveOut });
    expect(tarball.sha256).toBe(expected);
    const empty = await made(await archiveOf({}));
    expect(empty.tarball.sha256).toBe(empty.expected);
  });

  it('leaves a tree whole whose tarball cannot be written, and says so at the end', async () => {
    const directory = path.join(await directoryWith(), 'web');
    const packing = startPacking(path.join(directory, 'no/where/x.tar.gz'), { format: 'tar.gz', mtime });
    const archive = createReadStream(await archiveOf(release, BY_NAME));
    const entries = await unpackTree(archive, directory, keepAll, packing);
    expect(await readFile(path.join(directory, 'bin/web'), 'utf8')).toBe('#!/bin/sh\n');
    await expect(packing.finish(directory, entries)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('ends when it is abandoned', async () => {
    const place = await directoryWith();
    const packing = startPacking(path.join(place, 'x.tar.gz'), { format: 'tar.gz', mtime });
    const archive = (await readFile(await archiveOf(release, BY_NAME))).subarray(0, 20_000_000);
    await expect(unpackTree(Readable.from([archive]), path.join(place, 'web'), keepAll, packing)).rejects.toThrow(
      'Truncated input',
    );
    await packing.abandon();
    await packing.ready();
  });
});
