import { describe, expect, it } from '@jest/globals';
import { access, lstat, readFile, readlink, stat } from 'node:fs/promises';
import path from 'node:path';
import { openAccess, type AccessSpec } from '../../../src/access/credentials-dir.js';
import { toMixReleaseError } from '../../../src/errors.js';
import { stubContainer } from '../support/container.js';
import { errorOf } from '../support/errors.js';
import { directoryWith } from '../support/files.js';
import { machineContainer } from '../support/shell.js';

/** What nothing private is given for, in a container that is this machine. */
async function specWith(changes: Partial<AccessSpec> = {}): Promise<AccessSpec> {
  return {
    container: machineContainer(['sh', ['sh']]),
    hexTasks: [],
    gitCredentials: [],
    sshAgent: undefined,
    knownHosts: [],
    hexHome: path.join(await directoryWith(), 'hex'),
    env: { MIX_ENV: 'prod' },
    onLine: () => undefined,
    ...changes,
  };
}

const CREDENTIALS = ['https://me:token@example.com', 'https://you:key@git.example.org:8443'];

describe('openAccess', () => {
  it('makes a directory in memory that nobody else can read, and removes it at the end', async () => {
    let directory: string;
    {
      await using opened = await openAccess(await specWith());
      directory = opened.env.XDG_CONFIG_HOME ?? '';
      expect(directory).toMatch(/^\/dev\/shm\/mix-release-/);
      expect(opened.env).toEqual({
        MIX_ENV: 'prod',
        HEX_HOME: `${directory}/hex`,
        XDG_CONFIG_HOME: directory,
        GIT_TERMINAL_PROMPT: '0',
        MIX_RELEASE_HEX_AUTH: '',
      });
      expect((await stat(directory)).mode & 0o777).toBe(0o700);
      expect((await stat(`${directory}/credentials`)).mode & 0o777).toBe(0o600);
    }
    await expect(access(directory)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('gives git the credentials, and leads addresses of SSH to them', async () => {
    await using opened = await openAccess(await specWith({ gitCredentials: CREDENTIALS }));
    const directory = opened.env.XDG_CONFIG_HOME ?? '';
    expect(await readFile(`${directory}/credentials`, 'utf8')).toBe(`${CREDENTIALS.join('\n')}\n`);
    expect(await readFile(`${directory}/git/config`, 'utf8')).toBe(
      [
        '[credential]',
        `\thelper = store --file=${directory}/credentials`,
        '[url "https://example.com/"]',
        '\tinsteadOf = git@example.com:',
        '\tinsteadOf = ssh://git@example.com/',
        '[url "https://git.example.org:8443/"]',
        '\tinsteadOf = git@git.example.org:',
        '\tinsteadOf = ssh://git@git.example.org/',
        '',
      ].join('\n'),
    );
  });

  it('needs no configuration of git without credentials', async () => {
    await using opened = await openAccess(await specWith({ knownHosts: ['example.com ssh-ed25519 AAAA'] }));
    const directory = opened.env.XDG_CONFIG_HOME ?? '';
    expect(await readFile(`${directory}/git/config`, 'utf8')).toBe('');
    expect(await readFile(`${directory}/known_hosts`, 'utf8')).toBe('example.com ssh-ed25519 AAAA\n');
  });

  it('uses the packages that are kept, and a copy of the configuration of Hex', async () => {
    const home = await directoryWith({ 'hex/hex.config': 'kept' });
    await using opened = await openAccess(await specWith({ hexHome: `${home}/hex` }));
    const hex = opened.env.HEX_HOME ?? '';
    expect(await readlink(`${hex}/packages`)).toBe(`${home}/hex/packages`);
    expect((await lstat(`${hex}/hex.config`)).isFile()).toBe(true);
    expect(await readFile(`${hex}/hex.config`, 'utf8')).toBe('kept');
  });

  it('passes the tasks of Hex on in Base64, a line a task', async () => {
    const hexTasks = [
      ['organization', 'auth', 'acme', '--key', 'secret'],
      ['repo', 'add', 'own', 'https://example.com'],
    ];
    await using opened = await openAccess(await specWith({ hexTasks }));
    const decoded = (opened.env.MIX_RELEASE_HEX_AUTH ?? '')
      .split('\n')
      .map((line) => line.split(' ').map((word) => Buffer.from(word, 'base64').toString()));
    expect(decoded).toEqual(hexTasks);
  });

  it('keeps secrets out of arguments, which any process can read', async () => {
    const container = stubContainer({});
    await using opened = await openAccess(await specWith({ container, gitCredentials: CREDENTIALS }));
    expect(opened).toBeDefined();
    expect(JSON.stringify(container.commands.map(({ argv }) => argv))).not.toContain('token');
  });

  it('fails where no directory can be made, and tries to remove what there is', async () => {
    const container = stubContainer({ status: 1 });
    const error = await errorOf(async () => {
      try {
        return await openAccess(await specWith({ container }));
      } catch (thrown) {
        throw toMixReleaseError(thrown);
      }
    });
    expect(error).toMatchObject({ code: 'deps-failed', exitStatus: 5, message: expect.stringContaining('status 1') });
    expect(container.commands.map(({ argv }) => argv[2]?.trim().split('\n')[0])).toEqual(['set -eu', 'rm -rf -- "$1"']);
  });

  it('removes the directory when the agent cannot be reached', async () => {
    const container = stubContainer({});
    await expect(openAccess(await specWith({ container, sshAgent: '/run/agent' }))).rejects.toThrow(
      'nobody to talk to',
    );
    expect(container.commands.at(-1)?.argv[2]).toBe('rm -rf -- "$1"');
  });
});
