import { describe, expect, it } from '@jest/globals';
import path from 'node:path';
import { historyAdvice } from '../../../src/sources/history.js';
import { copyOf } from '../support/copy.js';
import { directoryWith, writeTree } from '../support/files.js';
import { git, isolateGit, repositoryWith } from '../support/git.js';

isolateGit();

const AUTHOR = ['-c', 'user.name=Test', '-c', 'user.email=test@example.com'];
const DESCRIBES = 'version: System.cmd("git", ["describe", "--tags"])';
const COUNTS = 'version: System.cmd("git", ~w(rev-list --count HEAD))';

/** A shallow clone of a repository with a tag, and two commits after it; with the whole history where depth is 0. */
async function clone(mixfile: string, depth: number): Promise<string> {
  const root = await repositoryWith({ 'mix.exs': mixfile }, ['.']);
  await git(root, ...AUTHOR, 'commit', '--quiet', '-m', 'First');
  await git(root, 'tag', 'v1.0.0');
  for (const name of ['a', 'b']) {
    await writeTree(root, { [name]: 'x' });
    await git(root, 'add', '--all');
    await git(root, ...AUTHOR, 'commit', '--quiet', '-m', name);
  }
  const checkout = path.join(await directoryWith(), 'clone');
  const cut = depth === 0 ? [] : ['--depth', String(depth)];
  await git(root, 'clone', '--quiet', ...cut, `file://${root}`, checkout);
  return checkout;
}

describe('a shallow checkout', () => {
  it.each([
    ['describes', DESCRIBES, 1, 'git describe finds no tag'],
    ['counts commits', COUNTS, 1, 'its commits are counted'],
  ])('whose mix.exs %s is a note with fetch-depth: 0', async (_, mixfile, depth, words) => {
    const { notes, found } = await copyOf(await clone(mixfile, depth));
    expect(found.shallow).toBe(true);
    expect(notes).toEqual([expect.stringContaining(words)]);
    expect(notes[0]).toContain('fetch-depth: 0');
  });

  it('whose hook describes is one, too', async () => {
    const { notes } = await copyOf(await clone('x', 1), { 'before-build': 'export V=$(git describe --tags)' });
    expect(notes).toEqual([expect.stringContaining('fetch-depth: 0')]);
  });

  it.each([
    ['that takes no version from git', 'version: "1.0.0" # git describe', 1],
    ['that only asks for its commit', 'System.cmd("git", ["rev-parse", "HEAD"])', 1],
    ['with the tag in what is there', DESCRIBES, 3],
    ['that is none', DESCRIBES, 0],
  ])('%s is worth no note', async (_, mixfile, depth) => {
    expect((await copyOf(await clone(mixfile, depth))).notes).toEqual([]);
  });
});

it('says that git finds no repository where exclude names it, or git does not track the project', async () => {
  const root = await clone(DESCRIBES, 0);
  const words = 'which finds no repository in the builder';
  const { notes } = await copyOf(root, { exclude: '/.git' });
  expect(notes).toEqual([expect.stringContaining(words)]);
  await writeTree(root, { 'app/mix.exs': DESCRIBES });
  expect((await copyOf(path.join(root, 'app'))).notes).toContainEqual(expect.stringContaining(words));
});

describe('historyAdvice', () => {
  it.each(['fatal: No names found, cannot describe anything.', "fatal: No tags can describe 'abc'."])(
    'names the way out of %j in a shallow checkout',
    (line) => {
      expect(historyAdvice(['x', line], true)).toContain('fetch-depth: 0');
      expect(historyAdvice(['x', line], false)).toBe('');
    },
  );

  it('is nothing for other failures', () => {
    expect(historyAdvice(['** (Mix) no such thing'], true)).toBe('');
  });
});
