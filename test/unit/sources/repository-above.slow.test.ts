import { describe, expect, it } from '@jest/globals';
import path from 'node:path';
import { readRequests } from '../../../src/options/request.js';
import { copyOf } from '../support/copy.js';
import { directoryWith, writeTree, type Tree } from '../support/files.js';
import { git, isolateGit, repositoryWith } from '../support/git.js';

isolateGit();

const AUTHOR = ['-c', 'user.name=Test', '-c', 'user.email=test@example.com'];
const ASKS = 'version: System.cmd("git", ["describe", "--tags", "--dirty"])';

/** A repository with a commit and a tag, whose project is in `apps/web`. */
async function repository(tree: Tree): Promise<string> {
  const root = await repositoryWith({ 'README.md': 'x', '.gitignore': '*.log\n', ...tree }, ['.']);
  await git(root, ...AUTHOR, 'commit', '--quiet', '-m', 'First');
  await git(root, 'tag', 'v1.2.3');
  return root;
}

async function requestOf(directory: string, options: Readonly<Record<string, string>> = {}) {
  const [request] = await readRequests(
    { target: 'x86_64-unknown-linux-gnu', ...options },
    { checkout: directory, cwd: directory, env: {} },
  );
  return request;
}

describe('a directory below the root of a repository', () => {
  it('comes with the repository where its project asks git, and is as clean there', async () => {
    const root = await repository({ 'apps/web/mix.exs': ASKS, 'other/large.bin': 'x' });
    const { files, found, notes } = await copyOf(path.join(root, 'apps/web'));
    expect(found.cwd).toBe('/build/src/apps/web');
    expect(found.commitTime).toBeInstanceOf(Date);
    expect(await git(path.join(files, 'apps/web'), 'describe', '--tags', '--dirty')).toBe('v1.2.3\n');
    expect(await git(files, 'status', '--porcelain')).toBe('');
    expect(notes).toEqual([`the checkout is the whole repository ${root}: mix.exs asks git`]);
  });

  it.each<[string, Tree, string]>([
    ['a path dependency', { 'apps/web/mix.exs': '{:x, path: "../../shared"}' }, 'mix.exs names ../../shared'],
    ['a sibling', { 'apps/web/mix.exs': '{:x, in_umbrella: true}' }, 'mix.exs names ..'],
    ['a lock', { 'apps/web/mix.exs': 'lockfile: "../../mix.lock"' }, 'mix.exs names ../../mix.lock'],
    [
      'code that asks git',
      { 'apps/web/mix.exs': '', 'apps/web/lib/v.ex': '@v System.cmd("git", ~w(rev-parse HEAD))' },
      'lib/v.ex asks git',
    ],
    ['a Makefile', { 'apps/web/mix.exs': '', 'apps/web/Makefile': 'V := $(shell git describe)' }, 'Makefile asks git'],
    [
      'the files of the repository',
      { 'apps/web/mix.exs': '', 'apps/web/lib/v.ex': 'File.read!("../../.git/HEAD")' },
      'lib/v.ex asks git',
    ],
  ])('comes with the repository for %s', async (_, tree, reason) => {
    const root = await repository(tree);
    expect(await requestOf(path.join(root, 'apps/web'))).toMatchObject({ checkout: root, wideReason: reason });
  });

  it('comes with the repository for a hook', async () => {
    const root = await repository({ 'apps/web/mix.exs': '', 'apps/web/ci.sh': 'export V=$(git describe)' });
    const directory = path.join(root, 'apps/web');
    const text = await requestOf(directory, { 'before-build': 'git log -1 >priv/commit' });
    expect(text).toMatchObject({ checkout: root, wideReason: 'a hook asks git' });
    const file = await requestOf(directory, { 'before-release': 'ci.sh' });
    expect(file).toMatchObject({ checkout: root, beforeRelease: { file: path.join(directory, 'ci.sh') } });
  });

  it.each<[string, Tree]>([
    [
      'asks for nothing above',
      { 'apps/web/mix.exs': '{:x, git: "https://example.com/git/x.git"} # git describe ../..' },
    ],
    ['is in no commit and no index', { 'apps/api/mix.exs': '' }],
    ['has a repository of its own', { 'apps/web/mix.exs': ASKS, 'apps/web/.git': { directory: true } }],
  ])('is the checkout where its project %s', async (_, tree) => {
    const root = await repository(tree);
    const directory = path.join(root, 'apps/web');
    await writeTree(directory, 'apps/web/mix.exs' in tree ? {} : { 'mix.exs': ASKS });
    const request = await requestOf(directory);
    expect(request.checkout).toBe(directory);
    expect(request.wideReason).toBeUndefined();
  });

  it('keeps the meaning of paths in options', async () => {
    const root = await repository({ 'apps/web/mix.exs': ASKS, 'apps/web/.tool-versions': 'elixir 1.18.3\n' });
    const request = await requestOf(path.join(root, 'apps/web'), {
      exclude: '*.mp4\n!keep.mp4\n/priv/raw\na/b\nlogs/\n# nothing',
      'version-file': '.tool-versions',
    });
    expect(request.exclude).toEqual([
      '/apps/web/**/*.mp4',
      '!/apps/web/**/keep.mp4',
      '/apps/web/priv/raw',
      '/apps/web/a/b',
      '/apps/web/**/logs/',
      '# nothing',
    ]);
    expect(request.image.versions.file).toBe('apps/web/.tool-versions');
  });
});

describe('a repository below the checkout, as a workflow has several side by side', () => {
  it('is the history of the project in it, and what it ignores is no source', async () => {
    const root = await repository({ 'mix.exs': ASKS, '.gitignore': '/priv/*.so\n' });
    const workspace = await directoryWith({ 'tools/x': 'x' });
    await git(workspace, 'clone', '--quiet', root, 'app');
    await writeTree(workspace, { 'app/priv/x.so': Buffer.from('7f454c46020101', 'hex') });
    const { files, found, notes } = await copyOf(workspace, { 'working-directory': 'app' });
    expect(found).toMatchObject({ noGit: undefined, shallow: false, ignoredObjects: ['app/priv/x.so'] });
    expect(found.commitTime).toBeInstanceOf(Date);
    const copy = path.join(files, 'app');
    expect(await git(copy, 'describe', '--tags', '--dirty')).toBe('v1.2.3\n');
    // The address that it was cloned from, without a login.
    expect(await git(copy, 'config', 'remote.origin.url')).toBe(`${root}\n`);
    expect(notes).toEqual([]);
  });

  it('is named where its history is cut off', async () => {
    const root = await repository({ 'mix.exs': ASKS });
    await writeTree(root, { more: 'x' });
    await git(root, 'add', '.');
    await git(root, ...AUTHOR, 'commit', '--quiet', '-m', 'Second');
    const workspace = await directoryWith({});
    await git(workspace, 'clone', '--quiet', '--depth', '1', `file://${root}`, 'app');
    const { found, notes } = await copyOf(workspace, { 'working-directory': 'app' });
    expect(found.shallow).toBe(true);
    expect(notes).toEqual([expect.stringContaining('fetch-depth: 0')]);
  });
});
