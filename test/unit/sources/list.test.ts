import { describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { chmod } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { listSources } from '../../../src/sources/list.js';
import { readExclusion } from '../../../src/sources/exclude.js';
import { errorOf } from '../support/errors.js';
import { directoryWith, ELF, type Tree } from '../support/files.js';
import { isolateGit } from '../support/git.js';
import { listOf, type Where } from '../support/list.js';
import { asNobody } from '../support/nobody.js';

const execFileAsync = promisify(execFile);

isolateGit();

/** The files among the paths of a checkout without git. */
async function filesOf(tree: Tree, where?: Where): Promise<readonly string[]> {
  const { paths } = await listOf(await directoryWith(tree), where);
  return paths.filter((name) => tree[name] !== undefined);
}

describe('listSources without git', () => {
  it('lists everything, each directory before what it holds, sorted', async () => {
    const root = await directoryWith({
      'mix.exs': '',
      'lib/a.ex': '',
      'lib/a/b.ex': '',
      'lib-x': '',
      empty: { directory: true },
    });
    expect(await listOf(root)).toEqual({
      paths: ['empty', 'lib', 'lib/a', 'lib/a/b.ex', 'lib/a.ex', 'lib-x', 'mix.exs'],
      ignoredObjects: [],
      special: [],
      located: new Map(),
      extra: [],
      indexes: [],
      notes: [],
    });
  });

  it.each<[string, Tree, readonly string[]]>([
    ['_build and deps beside mix.exs', { 'mix.exs': '', '_build/x': '', 'deps/x': '' }, ['mix.exs']],
    [
      '_build and deps of every project of a monorepo',
      { 'a/mix.exs': '', 'a/_build/x': '', 'a/deps/x': '', 'b/c/mix.exs': '', 'b/c/deps/x': '' },
      ['a/mix.exs', 'b/c/mix.exs'],
    ],
    ['a deps that is a link', { 'mix.exs': '', deps: { linkTo: '/elsewhere' } }, ['mix.exs']],
    [
      'the state of language servers',
      { '.elixir_ls/x': '', 'a/.lexical/x': '', '.expert/x': '', 'mix.exs': '' },
      ['mix.exs'],
    ],
    [
      'node_modules/.cache, and nothing else of node_modules',
      { 'node_modules/.cache/x': '', 'a/node_modules/.cache/x': '', 'a/node_modules/left/x': '', '.cache/x': '' },
      ['a/node_modules/left/x', '.cache/x'],
    ],
  ])('leaves out %s', async (_, tree, kept) => {
    expect([...(await filesOf(tree))].sort()).toEqual([...kept].sort());
  });

  it.each<[string, Tree]>([
    ['a deps directory that is not beside a mix.exs', { 'mix.exs': '', 'lib/deps/a.ex': '', 'assets/deps/a.js': '' }],
    ['a _build directory that is not beside a mix.exs', { 'mix.exs': '', 'docs/_build/a.html': '' }],
    ['names that only look like Mix state', { 'mix.exs': '', 'deps.ex': '', 'deps_old/a': '', '_builder/a': '' }],
    ['hidden files, .git among them', { 'mix.exs': '', '.formatter.exs': '', '.git/HEAD': 'x', '.github/x': '' }],
    ['objects under priv, which nobody knows to be ignored', { 'mix.exs': '', 'priv/nif.so': ELF }],
    [
      'names of every kind',
      { 'two words': '', 'new\nline': '', 'grüße/日本語': '', '-dash': '', 'quo"te': '', '@at': '' },
    ],
  ])('keeps %s', async (_, tree) => {
    expect([...(await filesOf(tree))].sort()).toEqual(Object.keys(tree).sort());
  });

  it('leaves out an output directory inside the checkout, and only that', async () => {
    const tree = { 'mix.exs': '', 'out/tarball': '', 'outer/x': '', 'lib/out/x': '' };
    expect(await filesOf(tree, { output: 'out' })).toEqual(['lib/out/x', 'mix.exs', 'outer/x']);
  });

  it('keeps everything where the output lies outside the checkout', async () => {
    expect(await filesOf({ 'mix.exs': '', 'out/x': '' }, { output: '../out' })).toEqual(['mix.exs', 'out/x']);
  });

  it('lists links as links, and does not walk through them', async () => {
    const root = await directoryWith({
      'lib/a.ex': '',
      'link.ex': { linkTo: 'lib/a.ex' },
      linked: { linkTo: 'lib' },
      dangling: { linkTo: 'nowhere' },
      loop: { linkTo: '.' },
    });
    expect((await listOf(root)).paths).toEqual(['dangling', 'lib', 'lib/a.ex', 'link.ex', 'linked', 'loop']);
  });

  it('names a pipe and leaves it out', async () => {
    const root = await directoryWith({ 'tmp/x': '' });
    await execFileAsync('mkfifo', [path.join(root, 'tmp/pipe')]);
    expect(await listOf(root)).toMatchObject({ paths: ['tmp', 'tmp/x'], special: ['tmp/pipe'] });
  });

  it('leaves out what git ignores and this user cannot read, with a note', async () => {
    const root = await directoryWith({
      'mix.exs': '',
      'certs/key.pem': { content: 'x', mode: 0o600 },
      'data/postgres/PG_VERSION': '15',
    });
    await chmod(root, 0o755);
    for (const each of ['certs/key.pem', 'data/postgres']) await chmod(path.join(root, each), 0o000);
    const git = {
      ignored: new Set(['certs/key.pem', 'data/']),
      tracked: [],
      trackedDeps: new Set<string>(),
      trackedInDeps: new Set<string>(),
      commitTime: undefined,
    };
    const roots = { checkout: root, project: root, output: path.join(root, 'out'), git };
    const { paths, notes } = await asNobody(() => listSources(roots));
    await chmod(path.join(root, 'data/postgres'), 0o755);
    expect(paths).toEqual(['certs', 'data', 'mix.exs']);
    expect(notes).toEqual(['left out certs/key.pem, data/postgres/: git ignores them, and this user cannot read them']);
  });

  it('names a directory that this user cannot read and git does not ignore, and exclude', async () => {
    const root = await directoryWith({ 'mix.exs': '', 'data [x]': { directory: true, mode: 0o000 } });
    await chmod(root, 0o755);
    const error = await asNobody(() => errorOf(() => listOf(root)));
    expect(error).toMatchObject({ code: 'sources-unreadable', exitStatus: 2 });
    expect(error.message).toContain('data [x]');
    expect(error.next).toContain('exclude: /data \\[x\\]');
    const exclude = readExclusion(['/data \\[x\\]']);
    const roots = { checkout: root, project: root, output: path.join(root, 'out'), git: undefined, exclude };
    expect((await asNobody(() => listSources(roots))).paths).toEqual(['mix.exs']);
  });

  it('refuses a checkout that is gone', async () => {
    const root = path.join(await directoryWith(), 'gone');
    expect(await errorOf(() => listOf(root))).toMatchObject({ code: 'sources-unreadable', exitStatus: 2 });
  });
});
