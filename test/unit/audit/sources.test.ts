import { describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { readFile, readdir, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { Header } from 'tar';
import { visitDirectory } from '../../../src/audit/directory.js';
import { MAX_ENTRIES } from '../../../src/audit/release-file.js';
import { errorOf } from '../support/errors.js';
import { directoryWith, type Tree } from '../support/files.js';
import { auditedPlace, GNU, library, nif, release } from './support/releases.js';

const run = promisify(execFile);

/** Packs a tree as the `tar` command does, and returns the archive's path. */
async function tarballOf(tree: Tree, name: string, ...args: readonly string[]): Promise<string> {
  const [from, to] = [await directoryWith(tree), await directoryWith()];
  const archive = path.join(to, name);
  const compression = name.endsWith('gz') ? ['--gzip'] : name.endsWith('zst') ? ['--zstd'] : [];
  await run('tar', [...compression, '-cf', archive, '-C', from, ...(args.length > 0 ? args : ['.'])]);
  return archive;
}

/** An archive of entries as they are, however odd. */
async function archiveWith(
  ...entries: readonly { path: string; type?: 'File' | 'SymbolicLink' | 'Link'; linkpath?: string }[]
) {
  const blocks = entries.map(({ path: name, type = 'File', linkpath }) => {
    const header = new Header({
      path: name,
      type,
      mode: 0o644,
      size: 0,
      ...(linkpath === undefined ? {} : { linkpath }),
    });
    header.encode();
    return header.block ?? Buffer.alloc(0);
  });
  const archive = path.join(await directoryWith(), 'x.tar');
  await writeFile(archive, Buffer.concat([...blocks, Buffer.alloc(1024)]));
  return archive;
}

const LARGE = Buffer.alloc(200_000, 'text');

describe('auditRelease', () => {
  it.each(['x.tar', 'x.tar.gz', 'x.bin.gz', 'x.tar.zst'])('says of %s what it says of the directory', async (name) => {
    const tree: Tree = {
      ...release(),
      'releases/COOKIE': 'x',
      'lib/web-0.1.0/priv/large.so': Buffer.concat([nif(), LARGE]),
      'lib/web-0.1.0/priv/large.txt': LARGE,
      'lib/web-0.1.0/priv/odd.so': library({ needed: ['libodd.so.7'] }),
      'lib/web-0.1.0/priv/libodd.so.7': { linkTo: 'odd.so' },
      'lib/web-0.1.0/priv/.git/config': 'x',
      'lib/x': { linkTo: '/etc/x' },
    };
    const [directory, tarball] = [await directoryWith(tree), await tarballOf(tree, name)];
    const report = await auditedPlace(directory);
    expect(report).toMatchObject({ verdict: 'pass', target: GNU });
    expect(report.findings.map(({ code }) => code)).toEqual(['cookie', 'link-outside-release', 'possible-secret']);
    expect(await auditedPlace(tarball)).toEqual(report);
    expect(await readdir(path.dirname(tarball))).toEqual([name]);
  });

  it('takes a tarball with the release in a directory of its own', async () => {
    const tree = Object.fromEntries(Object.entries(release()).map(([name, node]) => [`web-1.0/${name}`, node]));
    const report = await auditedPlace(
      await tarballOf({ ...tree, 'README.md': 'x' }, 'x.tar.gz', 'web-1.0', 'README.md'),
    );
    expect(report).toMatchObject({ verdict: 'pass', target: GNU });
    expect(report.files.map(({ path: name }) => name)).toContain('erts-15.2.7/bin/beam.smp');
  });

  it('knows hard links in a tarball', async () => {
    const from = await directoryWith({ ...release(), 'lib/a-1/priv/x.so': library({ needed: ['libodd.so.7'] }) });
    await run('ln', [path.join(from, 'lib/a-1/priv/x.so'), path.join(from, 'lib/a-1/priv/libodd.so.7')]);
    const archive = path.join(await directoryWith(), 'x.tar');
    await run('tar', ['-cf', archive, '-C', from, '--sort=name', '.']);
    expect(await auditedPlace(archive)).toMatchObject({ verdict: 'pass', findings: [] });
  });

  it('warns of links that lead out of a tarball, and follows none', async () => {
    const archive = await archiveWith(
      { path: 'releases/start_erl.data' },
      { path: 'a/b', type: 'SymbolicLink', linkpath: '../../etc' },
      { path: 'a/b/passwd' },
      { path: 'c', type: 'Link', linkpath: '../etc/passwd' },
    );
    const { findings } = await auditedPlace(archive, { target: GNU });
    expect(findings.map(({ code, file }) => `${code} ${file ?? ''}`)).toEqual([
      'link-outside-release a/b',
      'link-outside-release c',
    ]);
    expect(await readdir(path.dirname(archive))).toEqual(['x.tar']);
  });

  it.each([
    ['../x', 'outside of it, ../x'],
    ['a/../../x', 'outside of it'],
    ['/etc/x', 'outside of it, /etc/x'],
  ])('refuses a tarball with an entry %s', async (name, what) => {
    const archive = await archiveWith({ path: 'releases/start_erl.data' }, { path: name });
    const error = await errorOf(() => auditedPlace(archive, { target: GNU }));
    expect([error.code, error.exitStatus]).toEqual(['bad-archive', 2]);
    expect(error.message).toContain(what);
    expect(await readdir(path.dirname(archive))).toEqual(['x.tar']);
  });

  it.each([0.3, 0.9, 0.999])('refuses a gzip that is cut off after %d of it', async (part) => {
    const archive = await tarballOf({ ...release(), x: LARGE }, 'x.tar.gz');
    await truncate(archive, Math.floor((await readFile(archive)).length * part));
    expect((await errorOf(() => auditedPlace(archive))).code).toBe('bad-archive');
  });

  it.each([
    ['a tar that is cut off', async () => (await readFile(await tarballOf(release(), 'x.tar'))).subarray(0, 5000)],
    ['a text', () => Promise.resolve(Buffer.from('This is no archive.\n'.repeat(100)))],
    ['a gzip of something else', () => Promise.resolve(gzipSync(LARGE))],
    ['nothing', () => Promise.resolve(Buffer.alloc(0))],
    ['a gzip of nothing', () => Promise.resolve(gzipSync(''))],
    ['a zip', () => Promise.resolve(Buffer.concat([Buffer.from('PK\x03\x04'), LARGE]))],
  ])('refuses %s', async (_, content) => {
    const file = path.join(await directoryWith(), 'x');
    await writeFile(file, await content());
    expect((await errorOf(() => auditedPlace(file))).code).toBe('bad-archive');
  });

  it.each<[string, Tree, string]>([
    ['an empty directory', {}, ''],
    ['a directory without a release', { 'lib/x/y.so': nif() }, 'no releases/start_erl.data'],
    ['a directory above a release', { 'web/releases/start_erl.data': '15 1' }, 'no releases/start_erl.data'],
  ])('refuses %s', async (_, tree, what) => {
    const directory = await directoryWith(tree);
    const error = await errorOf(() => auditedPlace(directory));
    expect([error.code, error.exitStatus]).toEqual(['not-a-release', 2]);
    expect(error.message).toContain(what);
    if ('web/releases/start_erl.data' in tree) expect(error.next).toContain(`Did you mean ${directory}/web?`);
  });

  it('refuses a tarball that holds no release', async () => {
    const archive = await tarballOf({ 'lib/x/y.so': nif() }, 'x.tar.gz');
    expect((await errorOf(() => auditedPlace(archive))).code).toBe('not-a-release');
  });

  it.each(['/dev/null', '/nowhere/at/all'])('refuses %s', async (place) => {
    expect((await errorOf(() => auditedPlace(place))).code).toBe('not-a-release');
  });

  it('asks for the target of a release that does not tell it', async () => {
    const error = await errorOf(async () => auditedPlace(await directoryWith({ 'releases/start_erl.data': '15 1' })));
    expect([error.code, error.next]).toEqual(['bad-option', 'Name the target with --target.']);
  });

  it('names a machine that is of no target', async () => {
    const tree = { 'releases/start_erl.data': '15 1', 'lib/x.so': nif({ machine: 40, bits: 32 }) };
    const error = await errorOf(async () => auditedPlace(await directoryWith(tree)));
    expect([error.code, error.message]).toEqual(['unsupported-target', expect.stringContaining('is for arm,')]);
  });
});

describe('visitDirectory', () => {
  it('gives up a directory that is far too large', async () => {
    const root = await directoryWith({ 'a/b': '', c: '' });
    const seen: string[] = [];
    const visitor = {
      file: ({ path: name }: { readonly path: string }) => void seen.push(name),
      link: () => undefined,
      directory: () => true,
    };
    visitDirectory(root, visitor, 3);
    expect(seen.sort()).toEqual(['a/b', 'c']);
    const error = await errorOf(() => visitDirectory(root, visitor, 2));
    expect([error.code, error.message]).toEqual(['not-a-release', `${root} has more than 2 files and directories`]);
    expect(MAX_ENTRIES).toBeGreaterThan(100_000);
  });

  it('says what cannot be read', async () => {
    const place = path.join(await directoryWith(), 'gone');
    const visitor = { file: () => undefined, link: () => undefined, directory: () => true };
    const error = await errorOf(() => visitDirectory(place, visitor));
    expect([error.code, error.message]).toEqual([
      'release-unreadable',
      expect.stringContaining(`${place} cannot be read`),
    ]);
  });
});
