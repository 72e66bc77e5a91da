import { describe, expect, it } from '@jest/globals';
import { versionCheck } from './version-check.js';
import { errorOf } from '../../../test/unit/support/errors.js';
import { directoryWith } from '../../../test/unit/support/files.js';
import { git, isolateGit, repositoryWith } from '../../../test/unit/support/git.js';

isolateGit();

const RELEASE = { name: 'web', version: '1.2.3' };
const tagged = (name: string) => ({ GITHUB_REF_TYPE: 'tag', GITHUB_REF_NAME: name });
const requested = { versionCheck: 'tag', project: '/nowhere' } as const;

async function commitWith(...tags: readonly string[]): Promise<string> {
  const root = await repositoryWith({ 'mix.exs': 'x' }, ['mix.exs']);
  await git(root, '-c', 'user.name=T', '-c', 'user.email=t@example.com', 'commit', '--quiet', '-m', 'Start');
  for (const tag of tags) await git(root, 'tag', tag);
  return root;
}

describe('versionCheck, in a workflow', () => {
  it.each(['1.2.3', 'v1.2.3', 'web-1.2.3', 'web-v1.2.3', 'web@1.2.3', 'web@v1.2.3'])('accepts %s', async (tag) => {
    const check = await versionCheck(requested, tagged(tag));
    expect(check).toBeInstanceOf(Function);
    expect(() => check?.(RELEASE)).not.toThrow();
  });

  it.each(['v1.2.4', 'v1.2.3-rc.1', 'V1.2.3', 'v1.2', 'vv1.2.3', 'worker-v1.2.3', 'web_1.2.3', 'xweb-1.2.3', ''])(
    'refuses %j',
    async (tag) => {
      const check = await versionCheck(requested, tagged(tag));
      const error = await errorOf(() => check?.(RELEASE));
      expect(error).toMatchObject({ code: 'version-mismatch', exitStatus: 5 });
      expect(error.message).toBe(`release web has version 1.2.3, and the tag is ${tag}`);
      expect(error.next).toContain('tag v1.2.3, web-v1.2.3 or web@1.2.3');
    },
  );

  it('refuses a branch before the build, also one that is named like the version', async () => {
    const error = await errorOf(() =>
      versionCheck(requested, { GITHUB_REF_TYPE: 'branch', GITHUB_REF_NAME: 'v1.2.3' }),
    );
    expect(error).toMatchObject({ code: 'tag-not-found', exitStatus: 2 });
    expect(error.message).toContain('branch v1.2.3');
  });

  it('asks nothing when it is off', async () => {
    expect(await versionCheck({ ...requested, versionCheck: 'off' }, tagged('v9'))).toBeUndefined();
  });
});

describe('versionCheck, in a checkout', () => {
  it('accepts one of several tags of the commit', async () => {
    const check = await versionCheck({ ...requested, project: await commitWith('latest', 'v1.2.3') }, {});
    expect(check).toBeInstanceOf(Function);
    expect(() => check?.(RELEASE)).not.toThrow();
  });

  it('names all of them when none is the version', async () => {
    const check = await versionCheck({ ...requested, project: await commitWith('latest', 'v1.2.2') }, {});
    expect((await errorOf(() => check?.(RELEASE))).message).toContain('the tags are latest, v1.2.2');
  });

  it('does not take the tag of an earlier commit', async () => {
    const checkout = await commitWith('v1.2.3');
    const commit = ['-c', 'user.name=T', '-c', 'user.email=t@example.com', 'commit', '--quiet', '--allow-empty'];
    await git(checkout, ...commit, '-m', 'More');
    expect(await errorOf(() => versionCheck({ ...requested, project: checkout }, {}))).toMatchObject({
      code: 'tag-not-found',
      message: 'version-check is tag, and the commit that is checked out has no tag',
    });
  });

  it.each([
    ['without a commit', () => repositoryWith({ a: 'x' }), 'the repository has no commit yet'],
    ['that is none', () => directoryWith({ a: 'x' }), 'the sources are not a git checkout'],
  ])('says what is wrong with a checkout %s', async (_, make, reason) => {
    const checkout = await make();
    const error = await errorOf(() => versionCheck({ ...requested, project: checkout }, {}));
    expect(error).toMatchObject({ code: 'tag-not-found', message: `version-check is tag, and ${reason}` });
  });
});
