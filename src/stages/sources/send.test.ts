import { describe, expect, it, jest } from '@jest/globals';
import { chmod, mkdir, readdir, readFile, rename, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { keepPlaces, NOTHING_KEPT } from '../../cache/kept.js';
import { readRequests } from '../../options/request.js';
import { git, isolateGit, repositoryWith } from '../../../test/unit/support/git.js';
import { directoryWith } from '../../../test/unit/support/files.js';
import { localBuilder, type LocalBuilder } from '../../../test/unit/support/local-builder.js';
import { findSources } from './find.js';
import { lookAtCheckout } from './look.js';
import { sendSources } from './send.js';

jest.setTimeout(30_000);
isolateGit();

async function send({ container }: LocalBuilder, checkout: string, clockSkew = 0) {
  const [request] = await readRequests({ target: 'x86_64-unknown-linux-gnu' }, { checkout, cwd: checkout, env: {} });
  const before = await lookAtCheckout(container, true);
  const sources = await findSources(request);
  const { sent, removed } = await sendSources(container, checkout, sources, before, clockSkew);
  return { sent, removed };
}

const filesIn = async (directory: string): Promise<readonly string[]> =>
  (await readdir(directory, { recursive: true, withFileTypes: true }))
    .filter((each) => !each.isDirectory())
    .map((each) => path.relative(directory, path.join(each.parentPath, each.name)))
    .sort();

const TREE = {
  'mix.exs': 'x',
  'lib/a.ex': 'a',
  'lib/b.ex': 'b',
  'name with\nline end': 'n',
  'priv/x': { linkTo: '../lib' },
};

describe('sendSources', () => {
  it('sends all sources the first time, and nothing the second', async () => {
    const builder = await localBuilder();
    const checkout = await directoryWith(TREE);
    expect(await send(builder, checkout)).toEqual({ sent: 7, removed: 0 });
    expect(await filesIn(builder.at('/build/src'))).toEqual(Object.keys(TREE).sort());
    const calls = builder.calls.length;
    expect(await send(builder, checkout)).toEqual({ sent: 0, removed: 0 });
    expect(builder.calls.slice(calls)).toEqual(['the look at the checkout']);
  });

  it('sends what changed alone, later than everything before, and keeps other files as they are', async () => {
    const builder = await localBuilder();
    const checkout = await directoryWith(TREE);
    await send(builder, checkout);
    const [a, b] = [builder.at('/build/src/lib/a.ex'), builder.at('/build/src/lib/b.ex')];
    const before = await stat(b);
    await writeFile(path.join(checkout, 'lib/a.ex'), 'A');
    expect(await send(builder, checkout)).toEqual({ sent: 1, removed: 0 });
    expect(await readFile(a, 'utf8')).toBe('A');
    expect((await stat(a)).mtimeMs).toBeGreaterThan(before.mtimeMs);
    expect(await stat(b)).toMatchObject({ ino: before.ino, mtimeMs: before.mtimeMs, ctimeMs: before.ctimeMs });
  });

  it('removes what is gone, what is no source, and what lies beside the checkout', async () => {
    const builder = await localBuilder();
    const checkout = await directoryWith({ ...TREE, 'lib/deep/c.ex': 'c' });
    await send(builder, checkout);
    await rm(path.join(checkout, 'lib/deep'), { recursive: true });
    await mkdir(builder.at('/build/src/made/by a hook'), { recursive: true });
    await chmod(builder.at('/build/src/made'), 0o555);
    await mkdir(builder.at('/build/elsewhere'));
    for (const each of ['.cache/x', '.npm/_cacache/x', '.npm/y', '.cargo/registry/x', '.cargo/config.toml', 'z']) {
      await mkdir(builder.at(`/build/home/${each}`), { recursive: true });
    }
    await mkdir(builder.at('/build/state/hex/packages'), { recursive: true });
    await writeFile(builder.at('/build/state/hex/hex.config'), 'a key');
    expect(await send(builder, checkout)).toEqual({ sent: 0, removed: 2 });
    expect(await filesIn(builder.at('/build/src'))).toEqual(Object.keys(TREE).sort());
    expect((await readdir(builder.at('/build'))).sort()).toEqual(['home', 'record', 'src', 'state']);
    const home = await readdir(builder.at('/build/home'), { recursive: true });
    expect(home.sort()).toEqual(
      [
        '.cache',
        '.cache/x',
        '.cargo',
        '.cargo/registry',
        '.cargo/registry/x',
        '.npm',
        '.npm/_cacache',
        '.npm/_cacache/x',
      ].sort(),
    );
    expect(await readdir(builder.at('/build/state/hex'))).toEqual(['packages']);
  });

  it('leaves dependencies, compiled code and what compilation wrote', async () => {
    const builder = await localBuilder();
    const checkout = await directoryWith(TREE);
    await send(builder, checkout);
    const places = { 'host prod': { deps: '/build/src/my [deps]', build: '/build/src/_build/prod' } };
    await keepPlaces(builder.container, NOTHING_KEPT, places, ['priv/native/nif.so']);
    for (const each of ['my [deps]/jason', '_build/prod/lib', '_build/other', 'priv/native/more']) {
      await mkdir(builder.at(`/build/src/${each}`), { recursive: true });
    }
    await writeFile(builder.at('/build/src/priv/native/nif.so'), 'x');
    expect(await send(builder, checkout)).toEqual({ sent: 0, removed: 2 });
    expect((await readdir(builder.at('/build/src'))).sort()).toEqual(
      ['_build', 'lib', 'mix.exs', 'my [deps]', 'name with\nline end', 'priv'].sort(),
    );
    expect(await readdir(builder.at('/build/src/_build'))).toEqual(['prod']);
    expect(await readdir(builder.at('/build/src/priv/native'))).toEqual(['nif.so']);
  });

  it('sends again what code of the project touched, even with its old size and time', async () => {
    const builder = await localBuilder();
    const checkout = await directoryWith(TREE);
    await send(builder, checkout);
    const [a, b] = [builder.at('/build/src/lib/a.ex'), builder.at('/build/src/lib/b.ex')];
    const { atime, mtime } = await stat(a);
    await writeFile(a, 'z');
    await utimes(a, atime, mtime);
    await writeFile(`${b}.new`, 'y');
    await rename(`${b}.new`, b);
    await utimes(b, atime, mtime);
    expect(await send(builder, checkout)).toEqual({ sent: 2, removed: 0 });
    expect(await readFile(a, 'utf8')).toBe('a');
    expect(await readFile(b, 'utf8')).toBe('b');
    // Mix takes them for unchanged, as they are.
    expect((await stat(a)).mtimeMs).toBe(mtime.getTime());
  });

  it('keeps names that are not UTF-8 byte for byte', async () => {
    const builder = await localBuilder();
    const checkout = await directoryWith({ 'mix.exs': 'x' });
    const name = Buffer.concat([Buffer.from('/caf'), Buffer.of(0xe9), Buffer.from('.txt')]);
    await writeFile(Buffer.concat([Buffer.from(checkout), name]), 'one');
    expect(await send(builder, checkout)).toEqual({ sent: 2, removed: 0 });
    expect(await readFile(Buffer.concat([Buffer.from(builder.at('/build/src')), name]), 'utf8')).toBe('one');
    expect(await send(builder, checkout)).toEqual({ sent: 0, removed: 0 });
    await rm(Buffer.concat([Buffer.from(checkout), name]));
    expect(await send(builder, checkout)).toEqual({ sent: 0, removed: 1 });
  });

  it('sends the repository of a worktree once, and what its history is', async () => {
    const builder = await localBuilder();
    const checkout = await repositoryWith({ 'mix.exs': 'x', 'lib/a.ex': 'a' }, ['.']);
    await git(checkout, '-c', 'user.name=T', '-c', 'user.email=t@example.com', 'commit', '--quiet', '-m', 'One');
    await git(checkout, 'tag', 'v1.0.0');
    const worktree = path.join(await directoryWith(), 'other');
    await git(checkout, 'worktree', 'add', '--quiet', worktree, '-b', 'other');
    await send(builder, worktree);
    // Before git looks at it here, which writes its index again where files are as old as that.
    expect(await send(builder, worktree)).toEqual({ sent: 0, removed: 0 });
    const copy = builder.at('/build/src');
    expect((await git(copy, 'describe', '--tags', '--dirty')).trim()).toBe('v1.0.0');
    expect(await git(copy, 'status', '--porcelain')).toBe('');
  });

  it('never writes through a link that code of the project left', async () => {
    const builder = await localBuilder();
    const checkout = await directoryWith(TREE);
    await send(builder, checkout);
    await rm(builder.at('/build/src/lib'), { recursive: true });
    await symlink('../record', builder.at('/build/src/lib'));
    expect(await send(builder, checkout)).toEqual({ sent: 3, removed: 1 });
    expect((await readdir(builder.at('/build/src/lib'))).sort()).toEqual(['a.ex', 'b.ex']);
    expect(await readdir(builder.at('/build/record'))).not.toContain('a.ex');
  });

  it('starts from nothing where the record is damaged', async () => {
    const builder = await localBuilder();
    const checkout = await directoryWith(TREE);
    await send(builder, checkout);
    await writeFile(builder.at('/build/record/sent'), 'nonsense');
    await writeFile(builder.at('/build/src/stray'), 'x');
    expect(await send(builder, checkout)).toEqual({ sent: 5, removed: 1 });
    expect(await filesIn(builder.at('/build/src'))).toEqual(Object.keys(TREE).sort());
  });

  it.each([
    [0, 0],
    [-3_600_000, 0],
    [3_600_000, 3_600_000],
  ])('dates files, with an engine clock %i ms ahead, %i ms ahead', async (clockSkew, ahead) => {
    const builder = await localBuilder();
    await send(builder, await directoryWith({ 'mix.exs': 'x' }), clockSkew);
    const { mtimeMs } = await stat(builder.at('/build/src/mix.exs'));
    expect(Math.abs(mtimeMs - (Date.now() + ahead))).toBeLessThan(30_000);
  });

  it('sends a repository that is clean there, without the token of the checkout', async () => {
    const builder = await localBuilder();
    const checkout = await repositoryWith({ 'mix.exs': 'x', 'lib/a.ex': 'a' }, ['.']);
    await git(checkout, '-c', 'user.name=T', '-c', 'user.email=t@example.com', 'commit', '--quiet', '-m', 'One');
    await git(checkout, 'config', 'http.https://github.com/.extraheader', 'AUTHORIZATION: basic SECRET');
    await send(builder, checkout);
    const copy = builder.at('/build/src');
    expect(await readFile(path.join(copy, '.git/config'), 'utf8')).not.toContain('SECRET');
    // It compares times and inodes alone.
    await git(copy, 'diff-index', '--quiet', 'HEAD');
    expect(await git(copy, 'status', '--porcelain')).toBe('');
    expect(await send(builder, checkout)).toMatchObject({ removed: 0 });
  });

  it('says what to do where the state cannot be read', async () => {
    const { container } = await localBuilder(['false']);
    await expect(lookAtCheckout(container, true)).rejects.toMatchObject({ code: 'compile-failed' });
  });
});

describe.each([['dash'], ['bash'], ['busybox', 'sh']])('in the shell %s', (...shell) => {
  it('keeps the checkout up to date', async () => {
    const builder = await localBuilder(shell);
    const checkout = await directoryWith(TREE);
    expect(await send(builder, checkout)).toMatchObject({ sent: 7 });
    await writeFile(builder.at('/build/src/stray'), 'x');
    await writeFile(path.join(checkout, 'lib/a.ex'), 'A');
    expect(await send(builder, checkout)).toEqual({ sent: 1, removed: 1 });
  });
});
