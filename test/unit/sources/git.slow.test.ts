import { describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { access, chown, rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { readGitInfo, type GitInfo } from '../../../src/sources/git.js';
import { directoryWith, writeTree } from '../support/files.js';
import { git, isolateGit, repositoryWith } from '../support/git.js';

const execFileAsync = promisify(execFile);

isolateGit();

async function viewOf(root: string): Promise<GitInfo> {
  const answer = await readGitInfo(root);
  if ('reason' in answer) throw new Error(answer.reason);
  return answer;
}

/** Only root can give a file away; for others, git itself has a variable that makes it take every file as given away. */
async function ownedByAnother(root: string): Promise<void> {
  if (process.getuid?.() === 0) {
    for (const each of [root, path.join(root, '.git')]) await chown(each, 12345, 12345);
  } else {
    process.env.GIT_TEST_ASSUME_DIFFERENT_OWNER = '1';
  }
}

describe('askGit', () => {
  it('names ignored files, and ignored directories once', async () => {
    const root = await repositoryWith(
      {
        '.gitignore': '*.log\n/out/\n',
        'a.log': '',
        'lib/b.log': '',
        'lib/b.ex': '',
        'out/deep/file': '',
      },
      ['lib/b.ex'],
    );
    expect((await viewOf(root)).ignored).toEqual(new Set(['a.log', 'lib/b.log', 'out/']));
  });

  it.each(['two words', 'new\nline', 'grüße', '日本語', 'quo"te', 'back\\slash', '-dash', ':(colon)'])(
    'gives the name %j as it is',
    async (name) => {
      const tree = { '.gitignore': 'ignored\n', [`${name}/kept`]: '', [`${name}/ignored`]: '' };
      const root = await repositoryWith(tree, ['.gitignore']);
      expect((await viewOf(root)).ignored).toEqual(new Set([`${name}/ignored`]));
    },
  );

  it('gives paths from the checkout, which may be a directory of a larger repository', async () => {
    const root = await repositoryWith(
      {
        '.gitignore': '*.log\n',
        'other.log': '',
        'app/here.log': '',
        'app/deps/a/mix.exs': '',
        'app/mix.exs': '',
      },
      ['app/deps', 'app/mix.exs'],
    );
    expect(await viewOf(path.join(root, 'app'))).toEqual({
      ignored: new Set(['here.log']),
      tracked: ['deps/a/mix.exs', 'mix.exs'],
      trackedDeps: new Set(['deps/']),
      trackedInDeps: new Set(['deps/a']),
      commitTime: undefined,
    });
  });

  it.each([
    ['deps/jason/mix.exs', 'deps/', 'deps/jason'],
    ['apps/web/deps/jason/mix.exs', 'apps/web/deps/', 'apps/web/deps/jason'],
    ['deps/a/b/c/d', 'deps/', 'deps/a'],
  ])('with %s tracked, %s is a tracked deps directory', async (file, directory, inside) => {
    const root = await repositoryWith({ '.gitignore': 'deps\n', [file]: '' }, [file]);
    const { trackedDeps, trackedInDeps } = await viewOf(root);
    expect([trackedDeps, trackedInDeps]).toEqual([new Set([directory]), new Set([inside])]);
  });

  it.each(['mydeps/a', 'deps.exs', 'lib/deps'])('with %s tracked, no deps directory is', async (file) => {
    const root = await repositoryWith({ [file]: '', 'deps/untracked': '' }, [file]);
    expect((await viewOf(root)).trackedDeps).toEqual(new Set());
  });

  it('tells the time of the commit that is checked out', async () => {
    const root = await repositoryWith({ 'mix.exs': '' }, ['mix.exs']);
    const author = ['-c', 'user.name=Test', '-c', 'user.email=test@example.com'];
    await git(root, ...author, 'commit', '--quiet', '-m', 'First', '--date', '2000-01-01T00:00:00Z');
    const { commitTime } = await viewOf(root);
    expect(Math.abs((commitTime?.getTime() ?? 0) - Date.now())).toBeLessThan(60_000);
  });

  it('says that a directory is no checkout', async () => {
    expect(await readGitInfo(await directoryWith({ 'mix.exs': '' }))).toEqual({
      reason: 'the sources are not a git checkout',
    });
  });

  it('says that git is not installed', async () => {
    const root = await repositoryWith({});
    process.env.PATH = await directoryWith();
    expect(await readGitInfo(root)).toEqual({ reason: 'git is not installed here' });
  });

  it('says why git cannot read a broken checkout', async () => {
    const root = await repositoryWith({});
    await writeTree(root, { '.git/config': '[core\n' });
    expect(await readGitInfo(root)).toEqual({
      reason: expect.stringMatching(/^git cannot read the checkout: .*config/s),
    });
  });

  it('asks about the checkout, whatever repository the surroundings name', async () => {
    const other = await repositoryWith({});
    const root = await repositoryWith({ '.gitignore': '*.log\n', 'a.log': '', 'deps/a': '' }, ['deps/a']);
    process.env.GIT_DIR = path.join(other, '.git');
    process.env.GIT_INDEX_FILE = path.join(other, '.git', 'index');
    expect(await viewOf(root)).toMatchObject({ ignored: new Set(['a.log']), trackedDeps: new Set(['deps/']) });
  });

  it('does not run the file-system monitor of the checkout', async () => {
    const root = await repositoryWith(
      { 'mix.exs': '', 'monitor.sh': { content: '#!/bin/sh\ntouch "$0.ran"\n', mode: 0o755 } },
      ['mix.exs'],
    );
    await git(root, 'config', 'core.fsmonitor', path.join(root, 'monitor.sh'));
    await git(root, 'config', 'core.untrackedCache', 'true');
    await git(root, 'ls-files', '--others');
    const ran = path.join(root, 'monitor.sh.ran');
    await access(ran);
    await rm(ran);
    await viewOf(root);
    await expect(access(ran)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('reads a checkout that another user owns', async () => {
    const root = await repositoryWith({ '.gitignore': '*.log\n', 'a.log': '' });
    await ownedByAnother(root);
    const plain = execFileAsync('git', ['-C', root, 'status'], { env: process.env });
    await expect(plain).rejects.toThrow(/dubious ownership/);
    expect((await viewOf(root)).ignored).toEqual(new Set(['a.log']));
  });
});
