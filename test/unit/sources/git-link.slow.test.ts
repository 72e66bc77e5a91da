import { describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { readdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { copyOf } from '../support/copy.js';
import { directoryWith, writeTree, type Tree } from '../support/files.js';
import { git, isolateGit } from '../support/git.js';
import { localBuilder } from '../support/local-builder.js';

const execFileAsync = promisify(execFile);

isolateGit();

const AUTHOR = ['-c', 'user.name=Test', '-c', 'user.email=test@example.com', '-c', 'protocol.file.allow=always'];

async function commit(root: string, tree: Tree, ...tags: readonly string[]): Promise<void> {
  await writeTree(root, tree);
  await git(root, 'add', '--all');
  await git(root, ...AUTHOR, 'commit', '--quiet', '-m', 'Change');
  for (const tag of tags) await git(root, ...AUTHOR, 'tag', '-a', tag, '-m', tag);
}

/** A repository with a tag, and a commit after it. */
async function project(tree: Tree = {}): Promise<string> {
  const root = path.join(await directoryWith(), 'project');
  await writeTree(root, { 'mix.exs': 'x' });
  await git(root, 'init', '--quiet', '--initial-branch=main');
  await commit(root, { '.gitignore': '/_build/\n/deps/\n', ...tree }, 'v1.2.3');
  await commit(root, { 'lib/a.ex': 'x' });
  return root;
}

/** What git says of a working copy, with what a `mix.exs` asks it. */
async function saysOf(root: string): Promise<readonly string[]> {
  const isClean = await git(root, 'diff-index', '--quiet', 'HEAD').then(
    () => 'clean',
    () => 'dirty',
  );
  return [
    await git(root, 'describe', '--tags', '--always', '--dirty'),
    await git(root, 'status', '--porcelain'),
    await git(root, 'rev-parse', 'HEAD'),
    await git(root, 'rev-parse', '--abbrev-ref', 'HEAD'),
    await git(root, 'rev-list', '--count', 'HEAD'),
    isClean,
  ];
}

/** Checks that a copy has a whole repository that says what the checkout's says, and nothing of this machine. */
async function expectWhole(checkout: string, files: string): Promise<void> {
  const said = await saysOf(checkout);
  await rename(path.dirname(checkout), `${path.dirname(checkout)}-gone`);
  expect(await saysOf(files)).toEqual(said);
  expect(said.slice(1, 2)).toEqual(['']);
  expect(said.at(-1)).toBe('clean');
  await git(files, 'fsck', '--connectivity-only');
  const { stdout } = await execFileAsync('grep', ['-rlF', path.dirname(checkout), path.join(files, '.git')]).catch(
    () => ({ stdout: '' }),
  );
  expect(stdout).toBe('');
  await rename(`${path.dirname(checkout)}-gone`, path.dirname(checkout));
}

describe('a worktree', () => {
  it.each([
    ['on a branch', ['-b', 'other']],
    ['with a detached HEAD', ['--detach']],
  ])('%s brings its history along', async (_, how) => {
    const root = await project();
    const checkout = path.join(path.dirname(root), 'worktree');
    await git(root, 'worktree', 'add', '--quiet', ...how, checkout);
    await commit(checkout, { 'lib/b.ex': 'y' }, 'v1.3.0');
    await git(checkout, 'config', 'http.https://example.com/.extraheader', 'AUTHORIZATION: basic SECRET');
    const { files, notes } = await copyOf(checkout);
    expect(notes).toEqual([]);
    expect((await stat(path.join(files, '.git'))).isDirectory()).toBe(true);
    expect(await readFile(path.join(files, '.git/config'), 'utf8')).not.toContain('SECRET');
    await expectWhole(checkout, files);
    expect((await git(files, 'describe', '--tags')).trim()).toBe('v1.3.0');
  });

  it('of a bare repository brings its history along', async () => {
    const root = await project();
    const bare = path.join(path.dirname(root), 'bare.git');
    await git(root, 'clone', '--quiet', '--bare', root, bare);
    await git(bare, 'remote', 'remove', 'origin');
    const checkout = path.join(path.dirname(root), 'worktree');
    await git(bare, 'worktree', 'add', '--quiet', checkout, 'main');
    await expectWhole(checkout, (await copyOf(checkout)).files);
  });

  it('with a configuration of its own and a sparse checkout keeps both', async () => {
    const root = await project({ 'docs/big.md': 'x', 'src/a.c': 'x' });
    const checkout = path.join(path.dirname(root), 'worktree');
    await git(root, 'worktree', 'add', '--quiet', '--detach', checkout);
    await git(checkout, 'sparse-checkout', 'set', 'src', 'lib');
    const { files } = await copyOf(checkout);
    expect((await readdir(files)).sort()).toEqual(['.git', '.gitignore', 'lib', 'mix.exs', 'src']);
    await expectWhole(checkout, files);
  });

  it('is known in the next build, and changes with its commits', async () => {
    const root = await project();
    const checkout = path.join(path.dirname(root), 'worktree');
    await git(root, 'worktree', 'add', '--quiet', '--detach', checkout);
    const builder = await localBuilder();
    await copyOf(checkout, {}, builder);
    const again = await copyOf(checkout, {}, builder);
    expect(again.counts).toEqual({ sent: 0, removed: 0 });
    await commit(checkout, { 'lib/b.ex': 'y' }, 'v1.3.0');
    const { files, found } = await copyOf(checkout, {}, builder);
    expect(found.whole).not.toBe(again.found.whole);
    await expectWhole(checkout, files);
  });

  it('that is dirty is dirty in the copy', async () => {
    const root = await project();
    const checkout = path.join(path.dirname(root), 'worktree');
    await git(root, 'worktree', 'add', '--quiet', '--detach', checkout);
    await rm(path.join(checkout, 'lib/a.ex'));
    const { files } = await copyOf(checkout);
    expect(await git(files, 'status', '--porcelain')).toBe(' D lib/a.ex\n');
  });

  it('inside its own repository is left out, with a note', async () => {
    const root = await project();
    await git(root, 'worktree', 'add', '--quiet', '--detach', path.join(root, '.worktrees/feature'));
    const { files, notes } = await copyOf(root);
    expect(notes).toEqual(['left out .worktrees/feature: another worktree of the same repository']);
    expect(await readdir(path.join(files, '.worktrees'))).toEqual([]);
    expect(await readdir(path.join(files, '.git'))).not.toContain('worktrees');
    await git(files, 'fsck');
  });

  it('whose repository is gone says so, and sends no path of this machine', async () => {
    const root = await project();
    const checkout = path.join(path.dirname(root), 'worktree');
    await git(root, 'worktree', 'add', '--quiet', '--detach', checkout);
    await rm(root, { recursive: true });
    const { files, found } = await copyOf(checkout);
    expect(found.noGit).toContain('.git names a repository that is not here');
    expect(await readdir(files)).not.toContain('.git');
  });
});

describe('a .git elsewhere', () => {
  it('by git init --separate-git-dir brings its history along', async () => {
    const root = await project();
    await git(root, 'init', '--quiet', '--separate-git-dir', path.join(path.dirname(root), 'elsewhere'));
    await expectWhole(root, (await copyOf(root)).files);
  });

  it('by a symbolic link brings its history along', async () => {
    const root = await project();
    await rename(path.join(root, '.git'), path.join(path.dirname(root), 'store'));
    await symlink('../store', path.join(root, '.git'));
    await expectWhole(root, (await copyOf(root)).files);
  });

  it('by a link inside the checkout is sent once, without credentials', async () => {
    const root = await project();
    await rename(path.join(root, '.git'), path.join(root, '.store'));
    await symlink('.store', path.join(root, '.git'));
    await writeFile(path.join(root, '.store/info/exclude'), '/.store/\n/.git\n');
    await git(root, 'config', 'http.extraheader', 'AUTHORIZATION: basic SECRET');
    const { files } = await copyOf(root);
    expect((await readdir(files)).sort()).toEqual(['.git', '.gitignore', 'lib', 'mix.exs']);
    expect(await readFile(path.join(files, '.git/config'), 'utf8')).not.toContain('SECRET');
    await expectWhole(root, files);
  });

  it.each([['--shared'], ['--reference']])('with borrowed objects, by git clone %s, has them all', async (how) => {
    const root = await project();
    const checkout = path.join(path.dirname(root), 'clone');
    await git(root, 'clone', '--quiet', how, ...(how === '--shared' ? [] : [root]), root, checkout);
    await git(checkout, 'remote', 'remove', 'origin');
    const { files, found } = await copyOf(checkout);
    expect(found.paths).not.toContain('.git/objects/info/alternates');
    await expectWhole(checkout, files);
  });
});

describe('a submodule', () => {
  /** A repository with a submodule, which has one, too. */
  async function nested(): Promise<string> {
    const innermost = await project();
    const inner = await project();
    await git(inner, ...AUTHOR, 'submodule', '--quiet', 'add', innermost, 'vendor/innermost');
    await commit(inner, {});
    const root = await project();
    await git(root, ...AUTHOR, 'submodule', '--quiet', 'add', inner, 'libs/inner');
    await git(root, ...AUTHOR, 'submodule', '--quiet', 'update', '--init', '--recursive');
    await commit(root, {}, 'v2.0.0');
    return root;
  }

  it('as the checkout brings its history along', async () => {
    const root = await nested();
    const checkout = path.join(root, 'libs/inner');
    const said = await saysOf(checkout);
    const { files, notes } = await copyOf(checkout);
    expect(notes).toEqual([]);
    expect((await stat(path.join(files, '.git'))).isDirectory()).toBe(true);
    expect(await saysOf(files)).toEqual(said);
    expect(await git(files, 'submodule', 'status')).toMatch(/^ [0-9a-f]+ vendor\/innermost/);
    const innermost = path.join('vendor/innermost');
    expect(await saysOf(path.join(files, innermost))).toEqual(await saysOf(path.join(checkout, innermost)));
  });

  it('of a checkout stays where it is, nested too', async () => {
    const root = await nested();
    const { files, notes } = await copyOf(root);
    expect(notes).toEqual([]);
    for (const each of ['.', 'libs/inner', 'libs/inner/vendor/innermost']) {
      expect(await saysOf(path.join(files, each))).toEqual(await saysOf(path.join(root, each)));
    }
    expect((await stat(path.join(files, 'libs/inner/.git'))).isFile()).toBe(true);
    expect(await git(files, '-C', '.git/modules/libs/inner', 'status', '--porcelain')).toBe('');
  });

  it('of a worktree brings its history along', async () => {
    const root = await nested();
    const checkout = path.join(path.dirname(root), 'worktree');
    await git(root, 'worktree', 'add', '--quiet', '--detach', checkout);
    await git(checkout, ...AUTHOR, 'submodule', '--quiet', 'update', '--init', '--recursive');
    const { files, notes } = await copyOf(checkout);
    expect(notes).toEqual([]);
    for (const each of ['.', 'libs/inner', 'libs/inner/vendor/innermost']) {
      expect(await saysOf(path.join(files, each))).toEqual(await saysOf(path.join(checkout, each)));
    }
  });

  it('keeps what its own .gitignore ignores out as the checkout does', async () => {
    const root = await nested();
    await writeTree(root, {
      'libs/inner/priv/nif.so': Buffer.from('\x7fELF\x02\x01\x01\0', 'latin1'),
      'libs/inner/.git-info': '',
    });
    await rm(path.join(root, 'libs/inner/.git-info'));
    await writeFile(path.join(root, '.git/modules/libs/inner/info/exclude'), '*.so\n');
    const { found } = await copyOf(root);
    expect(found.ignoredObjects).toEqual(['libs/inner/priv/nif.so']);
  });

  it('that is not there is an empty directory, as git has it', async () => {
    const root = await nested();
    await git(root, 'submodule', '--quiet', 'deinit', '--force', 'libs/inner');
    const { files } = await copyOf(root);
    expect(await readdir(path.join(files, 'libs/inner'))).toEqual([]);
    expect(await saysOf(files)).toEqual(await saysOf(root));
  });
});
