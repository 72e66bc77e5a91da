import { describe, expect, it } from '@jest/globals';
import { chmod, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { bytesOf } from '../../../src/path-bytes.js';
import { hashContext, listContext } from '../../../src/sources/context.js';
import { errorOf } from '../support/errors.js';
import { dateBy, directoryWith, writeTree, type Tree } from '../support/files.js';
import { git, isolateGit, repositoryWith } from '../support/git.js';

isolateGit();

describe('listContext in a checkout of git', () => {
  it.each<[string, Tree, readonly string[], readonly string[]]>([
    ['tracked files and those that git would add', { a: '', 'b/c': '' }, ['a'], ['a', 'b/c']],
    ['no files that git ignores', { '.gitignore': '.env\n/out/\n', '.env': 'S', 'out/x': '' }, [], ['.gitignore']],
    ['no files that a deeper .gitignore names', { 'b/.gitignore': '*', 'b/key.pem': '', a: '' }, [], ['a']],
    ['ignored files that are tracked', { '.gitignore': '*.key\n', 'a.key': '' }, ['a.key'], ['.gitignore', 'a.key']],
    [
      'links, whatever they lead to',
      { 'd/a': '', link: { linkTo: 'd' }, gone: { linkTo: 'x' } },
      [],
      [...['d/a', 'gone', 'link']],
    ],
    ['no empty directories', { empty: { directory: true }, a: '' }, [], ['a']],
    [
      'names of every kind',
      { 'two words': '', 'new\nline': '', grüße: '', '-dash': '' },
      ['two words'],
      [...['-dash', 'grüße', 'new\nline', 'two words']],
    ],
  ])('has %s', async (_, tree, tracked, names) => {
    const listed = await listContext(await repositoryWith(tree, tracked));
    expect(listed).toEqual([...names].sort());
  });

  it('has what lies below the directory, and nothing beside it', async () => {
    const root = await repositoryWith({ '.gitignore': '*.log\n', a: '', 'ci/b': '', 'ci/c.log': '', 'ci-two/d': '' }, [
      'ci/b',
    ]);
    expect(await listContext(path.join(root, 'ci'))).toEqual(['b']);
  });

  it('has no file that was deleted since', async () => {
    const root = await repositoryWith({ a: '', b: '', 'c/d': '' }, ['.']);
    await rm(path.join(root, 'b'));
    await rm(path.join(root, 'c'), { recursive: true });
    expect(await listContext(root)).toEqual(['a']);
  });

  it('has no other repository that lies in it', async () => {
    const root = await repositoryWith({ a: '', 'other/b': '' }, ['a']);
    await git(path.join(root, 'other'), 'init', '--quiet');
    await git(path.join(root, 'other'), 'add', 'b');
    expect(await listContext(root)).toEqual(['a']);
  });

  it('has a file once that both sides of a merge changed', async () => {
    const root = await repositoryWith({ a: 'base\n' }, ['a']);
    const person = ['-c', 'user.name=n', '-c', 'user.email=e@example.org'];
    const commit = async (text: string, ...before: readonly string[]): Promise<void> => {
      if (before.length > 0) await git(root, ...before);
      await writeFile(path.join(root, 'a'), text);
      await git(root, ...person, 'commit', '--quiet', '--all', '--message', text.trim());
    };
    await commit('base\n');
    await commit('theirs\n', 'checkout', '--quiet', '-b', 'theirs');
    await commit('ours\n', 'checkout', '--quiet', '-b', 'ours', 'HEAD~1');
    await expect(git(root, ...person, 'merge', '--quiet', 'theirs')).rejects.toThrow('merge');
    expect(await listContext(root)).toEqual(['a']);
  });

  it('refuses a checkout that git cannot read', async () => {
    const root = await repositoryWith({ a: '', 'ci/b': '' }, ['a']);
    await writeTree(root, { '.git/config': '[core\n' });
    const error = await errorOf(() => listContext(path.join(root, 'ci')));
    expect(error).toMatchObject({ code: 'sources-unreadable', exitStatus: 2 });
    expect(error.message).toContain(path.join(root, 'ci'));
    expect(error.message).toContain('config');
  });
});

describe('listContext without git', () => {
  const tree: Tree = {
    '.gitignore': 'b\n',
    a: '',
    'b/c': '',
    'b/link': { linkTo: '../a' },
    empty: { directory: true },
  };
  const names = ['.gitignore', 'a', 'b/c', 'b/link'];

  it('has every file and link of a directory that git does not know', async () => {
    expect(await listContext(await directoryWith(tree))).toEqual(names);
  });

  it('has all but the repository itself where git is not installed', async () => {
    const root = await repositoryWith({ ...tree, 'b/.git/HEAD': '', '.github/x': '', '.gitmodules': '' }, ['a']);
    process.env.PATH = await directoryWith();
    expect(await listContext(root)).toEqual([...names, '.github/x', '.gitmodules'].sort());
  });

  it.each([false, true])('has names that are not UTF-8, byte for byte, in a repository: %s', async (inGit) => {
    const root = inGit ? await repositoryWith({ 'a/x': '1' }) : await directoryWith({ 'a/x': '1' });
    await writeFile(Buffer.concat([Buffer.from(`${root}/a/caf`), Buffer.of(0xe9)]), '2');
    const names = await listContext(root);
    expect(names.map((name) => bytesOf(name).toString('latin1'))).toEqual(['a/caf\xe9', 'a/x']);
    expect(await hashContext(root, names)).not.toBe(await hashContext(root, ['a/x']));
  });

  it('does not walk through links', async () => {
    const root = await directoryWith({ 'd/a': '', loop: { linkTo: '.' }, out: { linkTo: '/etc' } });
    expect(await listContext(root)).toEqual(['d/a', 'loop', 'out']);
  });

  it('refuses a directory that is gone', async () => {
    const root = path.join(await directoryWith(), 'gone');
    expect(await errorOf(() => listContext(root))).toMatchObject({ code: 'sources-unreadable', exitStatus: 2 });
  });
});

describe('hashContext', () => {
  const tree: Tree = { a: 'text', 'b/run': { content: '#!/bin/sh\n', mode: 0o755 }, link: { linkTo: 'a' } };
  const names = ['a', 'b/run', 'link'];

  it('is the same for the same files, wherever they lie and however old they are', async () => {
    const [one, two] = [await directoryWith(tree), await directoryWith(tree)];
    for (const name of [...names, 'b']) await dateBy(path.join(two, name), new Date('2001-01-01'));
    const hash = await hashContext(one, names);
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    expect(await hashContext(two, names)).toBe(hash);
  });

  it.each<[string, (root: string) => Promise<unknown>]>([
    ['other permissions of reading and writing', (root) => chmod(path.join(root, 'a'), 0o600)],
    ['a file that is not among the names', (root) => writeFile(path.join(root, 'c'), 'x')],
    ['the content of what a link leads to', (root) => writeFile(path.join(root, 'b/other'), 'x')],
  ])('is the same with %s', async (_, change) => {
    const root = await directoryWith({ ...tree, out: { linkTo: 'b' } });
    const before = await hashContext(root, [...names, 'out']);
    await change(root);
    expect(await hashContext(root, [...names, 'out'])).toBe(before);
  });

  it.each<[string, (root: string) => Promise<unknown>]>([
    ['other content', (root) => writeFile(path.join(root, 'a'), 'texx')],
    ['more content', (root) => writeFile(path.join(root, 'a'), 'text ')],
    ['the right to run', (root) => chmod(path.join(root, 'a'), 0o755)],
    ['no right to run', (root) => chmod(path.join(root, 'b/run'), 0o644)],
    ['a link to elsewhere', (root) => relink(root, 'b')],
    ['a file in the place of a link', (root) => replaced(root, 'link', 'a')],
  ])('is another with %s', async (_, change) => {
    const root = await directoryWith(tree);
    const before = await hashContext(root, names);
    await change(root);
    expect(await hashContext(root, names)).not.toBe(before);
  });

  it.each<[string, Tree, Tree]>([
    ['another name', { a: 'x' }, { b: 'x' }],
    ['one more file', { a: 'x' }, { a: 'x', b: '' }],
    ['the content of two files, changed over', { a: 'x', b: 'y' }, { a: 'y', b: 'x' }],
    ['the same bytes, cut elsewhere', { a: 'xy', b: 'z' }, { a: 'x', b: 'yz' }],
    ['content that looks like a name', { a: 'xfile b\0y' }, { a: 'x', b: 'y' }],
    ['content that looks like a size and a name', { a: 'xfile 1 b\0y' }, { a: 'x', b: 'y' }],
  ])('is another with %s', async (_, one, two) => {
    const hashes = [one, two].map(async (each) => hashContext(await directoryWith(each), Object.keys(each)));
    const [first, second] = await Promise.all(hashes);
    expect(first).not.toBe(second);
  });

  it.each<[string, (root: string) => Promise<unknown>]>([
    ['is gone', (root) => rm(path.join(root, 'a'))],
    ['is a directory now', async (root) => rm(path.join(root, 'a')).then(() => mkdir(path.join(root, 'a')))],
  ])('refuses a file that %s', async (_, change) => {
    const root = await directoryWith(tree);
    await change(root);
    const error = await errorOf(() => hashContext(root, names));
    expect(error).toMatchObject({ code: 'sources-unreadable', exitStatus: 2 });
    expect(error.message).toContain(root);
  });
});

async function relink(root: string, to: string): Promise<void> {
  await rm(path.join(root, 'link'));
  await symlink(to, path.join(root, 'link'));
}

async function replaced(root: string, name: string, text: string): Promise<void> {
  await rm(path.join(root, name));
  await writeFile(path.join(root, name), text);
}
