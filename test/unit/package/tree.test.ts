import { describe, expect, it, jest } from '@jest/globals';
import { createReadStream } from 'node:fs';
import { link, lstat, readFile, readdir, readlink, stat } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { keepsModes } from '../../../src/package/modes.js';
import { unpackTree } from '../../../src/package/tree.js';
import { directoryWith, ELF, type Tree } from '../support/files.js';
import { archiveOf, tar } from '../support/tar.js';

// A stream that waits for ever is a failure that is seen soon.
jest.setTimeout(10_000);

const keepAll = (): boolean => false;

async function unpacked(archive: string, leaveOut: (path: string) => boolean = keepAll): Promise<string> {
  const directory = path.join(await directoryWith(), 'web');
  await unpackTree(createReadStream(archive), directory, leaveOut);
  return directory;
}

const release: Tree = {
  'bin/web': { content: '#!/bin/sh\n', mode: 0o755 },
  'bin/all': { content: 'x', mode: 0o777 },
  'erts-15.2/bin/erl': { content: ELF, mode: 0o555 },
  'lib/web/ebin/web.app': { content: '{application}', mode: 0o664 },
  'lib/web/writable': { content: 'x', mode: 0o666 },
  'lib/web/priv/grüße.txt': 'hello',
  'releases/COOKIE': { content: 'secret', mode: 0o400 },
  'releases/0.1.0/empty': '',
  [`lib/${'long'.repeat(30)}/${'name'.repeat(40)}`]: 'x',
  'new\nline': 'x',
  tmp: { directory: true, mode: 0o755 },
  shared: { directory: true, mode: 0o775 },
  private: { directory: true, mode: 0o700 },
  big: Buffer.alloc(1_500_000, 'release '),
};

/** What the modes of that release become. */
const SHIPPED = {
  'bin/web': '755',
  'bin/all': '755',
  'erts-15.2/bin/erl': '755',
  'lib/web/ebin/web.app': '644',
  'lib/web/writable': '644',
  'releases/COOKIE': '644',
  tmp: '755',
  shared: '755',
  private: '755',
};

/** The modes of unpacked files, in octal. */
async function modesIn(directory: string, names: readonly string[]): Promise<Readonly<Record<string, string>>> {
  const modes = names.map(async (name) => [
    name,
    ((await lstat(path.join(directory, name))).mode & 0o7777).toString(8),
  ]);
  return Object.fromEntries(await Promise.all(modes)) as Readonly<Record<string, string>>;
}

describe('unpackTree', () => {
  it.each(['--format=gnu', '--format=posix'])('gives back what is in an archive in %s', async (format) => {
    const directory = await unpacked(await archiveOf(release, format));
    for (const [name, node] of Object.entries(release)) {
      const place = path.join(directory, name);
      if (typeof node === 'object' && 'directory' in node) {
        expect((await stat(place)).isDirectory()).toBe(true);
      } else if (typeof node !== 'object' || Buffer.isBuffer(node) || 'content' in node) {
        const content = typeof node === 'object' && 'content' in node ? node.content : node;
        expect((await readFile(place)).equals(Buffer.from(content))).toBe(true);
      }
    }
  });

  it.each([0o002, 0o022, 0o077])('gives files the modes that git knows, under umask %i', async (umask) => {
    const before = process.umask(umask);
    try {
      const directory = await unpacked(await archiveOf(release));
      expect(await modesIn(directory, Object.keys(SHIPPED))).toEqual(SHIPPED);
      expect(await modesIn(directory, [''])).toEqual({ '': '755' });
    } finally {
      process.umask(before);
    }
  });

  const PROGRAMS: Tree = {
    'bin/setuid': { content: 'x', mode: 0o4755 },
    'bin/setgid': { content: 'x', mode: 0o2711 },
    'bin/none': { content: 'x', mode: 0o4644 },
    'bin/owner': { content: 'x', mode: 0o744 },
    'lib/web/priv/keys': { directory: true, mode: 0o2750 },
    'lib/web/priv/keys/tls.key': { content: 'x', mode: 0o600 },
    'lib/web/priv/keys.txt': { content: 'x', mode: 0o600 },
  };

  it('drops set-user-ID and set-group-ID, and says of which programs', async () => {
    const directory = path.join(await directoryWith(), 'web');
    const entries = await unpackTree(createReadStream(await archiveOf(PROGRAMS)), directory, keepAll);
    expect(entries.flatMap(({ path: name, lostRights }) => (lostRights ? [name] : []))).toEqual([
      'bin/setgid',
      'bin/setuid',
    ]);
    expect(await modesIn(directory, Object.keys(PROGRAMS))).toEqual({
      ...Object.fromEntries(['bin/setuid', 'bin/setgid', 'bin/owner'].map((name) => [name, '755'])),
      ...{ 'bin/none': '644', 'lib/web/priv/keys': '755' },
      ...{ 'lib/web/priv/keys/tls.key': '644', 'lib/web/priv/keys.txt': '644' },
    });
  });

  it('keeps the modes that it is told to, with what is below a directory, in the tree as in the entries', async () => {
    const directory = path.join(await directoryWith(), 'web');
    const keeps = keepsModes(['/bin/setuid', 'lib/*/priv/keys/']);
    const entries = await unpackTree(createReadStream(await archiveOf(PROGRAMS)), directory, keepAll, undefined, keeps);
    expect(entries.flatMap(({ path: name, lostRights }) => (lostRights ? [name] : []))).toEqual(['bin/setgid']);
    const wanted = {
      ...{ 'bin/setuid': '4755', 'bin/setgid': '755', 'bin/none': '644', 'bin/owner': '755' },
      ...{ 'lib/web/priv/keys': '2750', 'lib/web/priv/keys/tls.key': '600', 'lib/web/priv/keys.txt': '644' },
    };
    expect(await modesIn(directory, Object.keys(PROGRAMS))).toEqual(wanted);
    const modes = new Map(entries.map(({ path: name, mode }) => [name, mode.toString(8)]));
    expect(Object.fromEntries(Object.keys(wanted).map((name) => [name, modes.get(name)]))).toEqual(wanted);
  });

  it('can read and remove what it unpacked, whatever mode is kept', async () => {
    const directory = path.join(await directoryWith(), 'web');
    const tree: Tree = { 'a/x': { content: 'x', mode: 0 }, b: { directory: true, mode: 0 } };
    const archive = createReadStream(await archiveOf(tree));
    const entries = await unpackTree(archive, directory, keepAll, undefined, keepsModes(['*']));
    expect(await modesIn(directory, ['a/x', 'b'])).toEqual({ 'a/x': '400', b: '700' });
    expect(entries.find(({ path: name }) => name === 'a/x')?.mode).toBe(0);
  });

  it('keeps the mode of a file where any of its names says so', async () => {
    const source = await directoryWith({ 'rel/a': { content: 'x', mode: 0o600 } });
    await link(path.join(source, 'rel/a'), path.join(source, 'rel/b'));
    const archive = path.join(source, 'archive.tar');
    await tar('--create', '--file', archive, '--directory', source, 'rel');
    const directory = path.join(await directoryWith(), 'web');
    const keeps = keepsModes(['b']);
    const entries = await unpackTree(createReadStream(archive), directory, keepAll, undefined, keeps);
    expect(entries.map(({ mode }) => mode.toString(8))).toEqual(['600', '600']);
    expect(await modesIn(directory, ['a', 'b'])).toEqual({ a: '600', b: '600' });
  });

  it('keeps the times of files', async () => {
    const directory = await unpacked(await archiveOf({ file: 'x' }, '--mtime=2001-02-03 04:05:06 UTC'));
    expect((await stat(path.join(directory, 'file'))).mtime).toEqual(new Date('2001-02-03T04:05:06Z'));
  });

  it.each([
    ['a neighbour', 'grüße.txt'],
    ['a file of another directory', '../../../bin/web'],
    ['a long name', `${'d'.repeat(150)}/x`],
    ['nothing', 'no/where'],
    ['an absolute path', '/etc/hostname'],
    ['an absolute path that is not there', '/usr/share/no/where'],
    ['something beside the release', '../../../../shared/config'],
  ])('keeps a link to %s', async (_, linkTo) => {
    const directory = await unpacked(
      await archiveOf({ 'lib/web/priv/link': { linkTo }, 'lib/web/priv/grüße.txt': '' }),
    );
    expect(await readlink(path.join(directory, 'lib/web/priv/link'))).toBe(linkTo);
  });

  it('keeps hard links', async () => {
    const source = await directoryWith({ 'rel/lib/a': 'content' });
    await link(path.join(source, 'rel/lib/a'), path.join(source, 'rel/z'));
    const archive = path.join(source, 'archive.tar');
    await tar('--create', '--file', archive, '--directory', source, 'rel');
    const directory = await unpacked(archive);
    expect(await readFile(path.join(directory, 'z'), 'utf8')).toBe('content');
    expect(await readFile(path.join(directory, 'lib/a'), 'utf8')).toBe('content');
  });

  it('leaves out what it is told to, and that alone', async () => {
    const tree = { 'web-0.1.0.tar.gz': 'nested', 'lib/web-0.1.0.tar.gz': 'kept', 'bin/web': 'kept' };
    const directory = await unpacked(await archiveOf(tree), (name) => name === 'web-0.1.0.tar.gz');
    expect((await readdir(directory, { recursive: true })).sort()).toEqual(
      ['bin', 'bin/web', 'lib', 'lib/web-0.1.0.tar.gz'].sort(),
    );
  });

  it('belongs to this user, whoever owned the files in the container', async () => {
    const directory = await unpacked(
      await archiveOf({ file: 'x' }, '--owner=10001', '--group=10001', '--numeric-owner'),
    );
    expect((await stat(path.join(directory, 'file'))).uid).toBe(process.getuid?.());
  });

  it('takes an archive in small pieces', async () => {
    const bytes = await readFile(await archiveOf({ 'bin/web': 'x'.repeat(3000) }));
    const pieces = Array.from({ length: Math.ceil(bytes.length / 100) }, (_, at) =>
      bytes.subarray(at * 100, at * 100 + 100),
    );
    const directory = path.join(await directoryWith(), 'web');
    await unpackTree(Readable.from(pieces), directory, keepAll);
    expect(await readFile(path.join(directory, 'bin/web'), 'utf8')).toBe('x'.repeat(3000));
  });
});
