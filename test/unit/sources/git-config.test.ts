import { describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { isGitConfig, withoutCredentials } from '../../../src/sources/git-config.js';
import { directoryWith } from '../support/files.js';
import { git, isolateGit, repositoryWith } from '../support/git.js';

const execFileAsync = promisify(execFile);

isolateGit();

describe('isGitConfig', () => {
  it.each([
    '.git/config',
    'deps/jason/.git/config',
    '.git/modules/vendor/lib/config',
    '.git/modules/a/modules/b/config',
    '.git/modules/logs/config',
    '.git/modules/vendor/refs/lib/config',
  ])('is true of %s beside a HEAD', (name) => {
    expect(isGitConfig(name, new Set([name, name.replace(/config$/, 'HEAD')]))).toBe(true);
  });

  it.each([
    'config',
    'config/config.exs',
    'x.git/config',
    '.git/config.lock',
    '.git/refs/heads/config',
    '.git/logs/refs/heads/config',
    '.git/modules/vendor/refs/heads/config',
    '.git/hooks/config',
    '.gitconfig',
  ])('is false of %s', (name) => {
    expect(isGitConfig(name, new Set([name, '.git/HEAD', '.git/modules/vendor/HEAD', 'HEAD']))).toBe(false);
  });
});

/** What is left of a configuration, as text and as git reads it. */
async function left(config: string): Promise<{ readonly text: string; readonly entries: readonly string[] }> {
  const file = path.join(await directoryWith({ config }), 'config');
  const text = await withoutCredentials(file);
  await writeFile(file, text);
  const { stdout } = await execFileAsync('git', ['config', '--file', file, '--list', '-z']);
  return { text, entries: stdout.split('\0').filter((entry) => entry !== '') };
}

describe('withoutCredentials', () => {
  it('leaves what git itself writes readable, and no secret in it', async () => {
    const root = await repositoryWith({});
    const settings = [
      ['http.https://github.com/.extraheader', 'AUTHORIZATION: basic SECRET'],
      ['http.extraHeader', 'AUTHORIZATION: bearer SECRET'],
      ['remote.origin.url', 'https://x-access-token:SECRET@github.com/team/app'],
      ['remote.mirror.url', 'https://SECRET@example.com:8443/team/app.git'],
      ['remote.ssh.url', 'git@github.com:team/app.git'],
      ['url.https://user:SECRET@example.com/.insteadOf', 'https://example.com/'],
      ['credential.helper', '!echo password=SECRET'],
      ['credential.https://example.com.username', 'SECRET'],
    ] as const;
    for (const [name, value] of settings) await git(root, 'config', name, value);
    const { text, entries } = await left(await readFile(path.join(root, '.git/config'), 'utf8'));
    expect(text).not.toContain('SECRET');
    expect(entries).toEqual(
      expect.arrayContaining([
        'core.bare\nfalse',
        'remote.origin.url\nhttps://github.com/team/app',
        'remote.mirror.url\nhttps://example.com:8443/team/app.git',
        'remote.ssh.url\ngit@github.com:team/app.git',
        'url.https://example.com/.insteadof\nhttps://example.com/',
      ]),
    );
  });

  it.each([
    ['a password with @ in it', '[remote "o"]\n\turl = https://user:SEC@RET@example.com/app', 'RET@'],
    ['a header on the line of its section', '[http] extraheader = SECRET', 'SECRET'],
    ['a header over two lines', '[http]\n\textraheader = \\\nSECRET', 'SECRET'],
    ['a header in capitals', '[HTTP "https://x/"]\n\tEXTRAHEADER = SECRET', 'SECRET'],
    ['a working copy of this machine', '[core]\n\tworktree = /home/me/SECRET', 'SECRET'],
    ['what git before 2.48 refuses', '[extensions]\n\trelativeWorktrees = true', 'elativ'],
    ['what is included', '[include]\n\tpath = /home/me/SECRET', 'SECRET'],
    ['what is included on a condition', '[includeIf "gitdir:/x"]\n\tpath = /home/me/SECRET', 'SECRET'],
    ['a program to run', '[core]\n\tfsmonitor = SECRET\n\tsshCommand = SECRET\n\thooksPath = SECRET', 'SECRET'],
  ])('takes out %s', async (_, config, secret) => {
    expect((await left(config)).text).not.toContain(secret);
  });

  it.each<[string, readonly string[]]>([
    [
      '[core]\n\trepositoryformatversion = 0\n\tbare = false\n',
      ['core.repositoryformatversion\n0', 'core.bare\nfalse'],
    ],
    ['[core]\n\tworktree = ../../../libs/inner\n', ['core.worktree\n../../../libs/inner']],
    ['[user]\n\temail = me@example.com\n', ['user.email\nme@example.com']],
    ['[core]\n\tbare\n', ['core.bare']],
    ['[a "b.c\\"d\\\\e"]\n\tf = "x\\n\\ty \\\\ ; # z "\n', ['a.b.c"d\\e.f\nx\n\ty \\ ; # z ']],
    ['[remote "o"]\n\tfetch = +a:b\n\tfetch = +c:d\n', ['remote.o.fetch\n+a:b', 'remote.o.fetch\n+c:d']],
    ['', []],
  ])('keeps the meaning of %j', async (config, entries) => {
    expect((await left(config)).entries).toEqual(entries);
  });
});
