import { describe, expect, it } from '@jest/globals';
import { appendFile, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { hasReachableTag, isShallow, listGitFiles, readConfig, readGitInfo, tagsOf } from '../../../src/sources/git.js';
import { headOf, refsOf } from '../../../src/sources/git-refs.js';
import { skippedFiles } from '../../../src/sources/skipped.js';
import { withoutCredentials } from '../../../src/sources/git-config.js';
import { directoryWith, writeTree } from '../support/files.js';
import { git, isolateGit, repositoryWith } from '../support/git.js';

isolateGit();

const AUTHOR = ['-c', 'user.name=Test', '-c', 'user.email=test@example.com'];

// A commit with a signature, which no key made: log.showSignature has a program look at it.
const SIGNED = `tree TREE
author Test <test@example.com> 946684800 +0000
committer Test <test@example.com> 946684800 +0000
gpgsig -----BEGIN PGP SIGNATURE-----
 
 iQEzBAABCAAdFiEE
 -----END PGP SIGNATURE-----

Signed
`;

interface Checkout {
  readonly root: string;
  /** A program that leaves a file with its name in `marks` when it runs. */
  readonly program: (name: string) => string;
  /** The programs that ran. */
  readonly ran: () => Promise<readonly string[]>;
}

async function checkout(): Promise<Checkout> {
  const root = await repositoryWith({ 'mix.exs': '', 'lib/a.ex': '', '.gitignore': '*.log\n', 'a.log': '' }, [
    'mix.exs',
  ]);
  const outside = await directoryWith({ 'marks/.keep': '' });
  const names: string[] = [];
  const program = (name: string): string => {
    names.push(name);
    return path.join(outside, name);
  };
  await git(root, ...AUTHOR, 'commit', '--quiet', '-m', 'First');
  await git(root, 'tag', 'v1.0.0');
  const ran = async (): Promise<readonly string[]> => (await readdir(path.join(outside, 'marks'))).slice(1).sort();
  const writePrograms = async (): Promise<void> => {
    for (const name of names) {
      const content = `#!/bin/sh\n: >'${outside}/marks/${name}'\nexit 1\n`;
      await writeTree(outside, { [name]: { content, mode: 0o755 } });
    }
  };
  return {
    root,
    program: (name) => program(name),
    ran: async () => {
      await writePrograms();
      // All that is asked of git on this machine.
      const [info] = await Promise.all([readGitInfo(root), tagsOf(root), listGitFiles(root)]);
      // Some need objects, which a partial clone may lack.
      await Promise.allSettled([isShallow(root), hasReachableTag(root), refsOf(root), headOf(root)]);
      const tracked = ['mix.exs', '.gitattributes'];
      const view = 'reason' in info ? undefined : { ...info, tracked };
      await skippedFiles(root, ['.git', ...tracked], view, new Map());
      const config = path.join(root, '.git/config');
      await readConfig(config);
      await withoutCredentials(config);
      return ran();
    },
  };
}

/** Makes the checkout one whose commit is signed. */
async function sign(root: string): Promise<void> {
  const tree = (await git(root, 'write-tree')).trim();
  await writeFile(path.join(root, '.git/commit'), SIGNED.replace('TREE', tree));
  const commit = (await git(root, 'hash-object', '-t', 'commit', '-w', '.git/commit')).trim();
  await git(root, 'update-ref', 'HEAD', commit);
}

describe('git on this machine', () => {
  it('runs no program that the configuration of the checkout names', async () => {
    const { root, program, ran } = await checkout();
    await sign(root);
    const settings: Readonly<Record<string, string>> = {
      'log.showSignature': 'true',
      'gpg.program': program('gpg'),
      'gpg.openpgp.program': program('gpg-openpgp'),
      'core.fsmonitor': program('fsmonitor'),
      'core.untrackedCache': 'true',
      'core.hooksPath': path.dirname(program('post-index-change')),
      'core.pager': program('pager'),
      'pager.log': 'true',
      'pager.tag': program('pager-tag'),
      'core.editor': program('editor'),
      'core.sshCommand': program('ssh'),
      'core.askPass': program('askpass'),
      'core.gitProxy': program('proxy'),
      'core.alternateRefsCommand': program('alternates'),
      'credential.helper': program('credential'),
      'diff.external': program('diff'),
      'diff.mark.command': program('diff-command'),
      'diff.mark.textconv': program('textconv'),
      'filter.mark.clean': program('clean'),
      'filter.mark.smudge': program('smudge'),
      'filter.mark.process': program('process'),
      'filter.mark.required': 'true',
      'merge.mark.driver': program('merge'),
      'alias.log': `!${program('alias-log')}`,
      'alias.ls-files': `!${program('alias-ls-files')}`,
      'alias.cat-file': `!${program('alias-cat-file')}`,
      'alias.for-each-ref': `!${program('alias-for-each-ref')}`,
    };
    for (const [name, value] of Object.entries(settings)) await git(root, 'config', name, value);
    await writeTree(root, { '.gitattributes': '* diff=mark filter=mark merge=mark\n', 'mix.exs': 'changed' });
    expect(await ran()).toEqual([]);
  });

  it('runs none that a configuration names which that of the checkout includes', async () => {
    const { root, program, ran } = await checkout();
    await sign(root);
    const included = `[log]\n\tshowSignature = true\n[gpg]\n\tprogram = ${program('gpg')}\n[core]\n\tfsmonitor = ${program('fsmonitor')}\n`;
    await writeTree(root, { 'included.config': included });
    await git(root, 'config', 'include.path', '../included.config');
    expect(await ran()).toEqual([]);
  });

  it.each<[string, (program: (name: string) => string) => Readonly<Record<string, string>>]>([
    ['another directory', (program) => ({ url: '.', uploadpack: program('upload-pack') })],
    ['a command', (program) => ({ url: `ext::${program('ext')}` })],
    ['ssh', () => ({ url: 'ssh://localhost/x' })],
    ['a helper', () => ({ url: 'x', vcs: 'mark' })],
  ])('fetches nothing that a partial clone lacks, from %s', async (_, remote) => {
    const { root, program, ran } = await checkout();
    await git(root, 'config', 'core.repositoryFormatVersion', '1');
    await git(root, 'config', 'extensions.partialClone', 'origin');
    await git(root, 'config', 'protocol.allow', 'always');
    await git(root, 'config', 'protocol.ext.allow', 'always');
    await git(root, 'config', 'core.sshCommand', program('ssh'));
    for (const [name, value] of Object.entries({ promisor: 'true', ...remote(program) })) {
      await git(root, 'config', `remote.origin.${name}`, value);
    }
    await rm(path.join(root, '.git/objects'), { recursive: true });
    await writeTree(root, { '.git/objects/info/.keep': '', '.git/objects/pack/.keep': '' });
    expect(await ran()).toEqual([]);
    const answer = await readGitInfo(root);
    expect('reason' in answer && answer.reason).toMatch(/^git cannot read the checkout/);
  });
});

describe('settings of whoever runs this', () => {
  it('do not change what the time of a signed commit is', async () => {
    const { root } = await checkout();
    await sign(root);
    const settings = path.join(await directoryWith(), 'config');
    await appendFile(settings, '[log]\n\tshowSignature = true\n\tdate = relative\n[color]\n\tui = always\n');
    process.env.GIT_CONFIG_GLOBAL = settings;
    expect(await readGitInfo(root)).toMatchObject({ commitTime: new Date('2000-01-01T00:00:00Z') });
  });

  it('do not change what the tags of a commit are', async () => {
    const { root } = await checkout();
    for (const tag of ['v1.0.1', 'a/b', 'web-v1.0.0']) await git(root, 'tag', tag);
    const settings = path.join(await directoryWith(), 'config');
    await appendFile(settings, '[column]\n\tui = always\n[color]\n\tui = always\n[tag]\n\tsort = -refname\n');
    process.env.GIT_CONFIG_GLOBAL = settings;
    expect([...((await tagsOf(root)) as readonly string[])].sort()).toEqual(['a/b', 'v1.0.0', 'v1.0.1', 'web-v1.0.0']);
  });

  it('do not change what a path is', async () => {
    const { root } = await checkout();
    await writeTree(root, { 'deps/a/mix.exs': '' });
    await git(root, 'add', '--force', 'deps');
    process.env.GIT_LITERAL_PATHSPECS = '1';
    expect(await readGitInfo(root)).toMatchObject({ trackedDeps: new Set(['deps/']) });
  });
});
