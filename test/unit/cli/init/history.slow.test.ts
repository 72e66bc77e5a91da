import { describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { proposeWorkflow } from '../../../../src/cli/init/proposal.js';
import { directoryWith } from '../../support/files.js';

const ask = { targets: [], tagRelease: undefined, action: 'OWNER/mix-release-action@v1' };

/** A repository with one commit on a branch, and some tags. */
async function repository(branch: string, ...tags: readonly string[]): Promise<string> {
  const directory = await directoryWith({ 'mix.exs': '[app: :web]' });
  const git = (...args: readonly string[]): void => {
    const settings = ['-c', 'user.name=me', '-c', 'user.email=me@example.com', '-c', `init.defaultBranch=${branch}`];
    execFileSync('git', [...settings, ...args], { cwd: directory, stdio: 'ignore' });
  };
  git('init');
  git('add', '.');
  git('commit', '-m', 'first');
  for (const tag of tags) git('tag', tag);
  return directory;
}

describe('the history of a project', () => {
  it.each([
    [['v1.0.0'], true],
    [['vendor', '1.0.0'], false],
    [[], false],
  ])('with the tags %j lets a tag become a release: %j', async (tags, tagRelease) => {
    const directory = await repository('main', ...tags);
    expect((await proposeWorkflow({ directory, ...ask })).spec.tagRelease).toBe(tagRelease);
  });

  it.each([
    ['main', 'main'],
    ['master', 'master'],
    ['feature', 'main'],
  ])('on the branch %s builds pushes to %s', async (branch, pushed) => {
    const directory = await repository(branch);
    expect((await proposeWorkflow({ directory, ...ask })).project.branch).toBe(pushed);
  });
});
