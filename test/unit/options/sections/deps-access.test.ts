import { describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import type { RawOptions } from '../../../../src/options/table.js';
import { readDepsAccess } from '../../../../src/options/sections/deps-access.js';
import { temporary } from '../../../support/checkout.js';
import { errorOf } from '../../support/errors.js';

describe('readDepsAccess', () => {
  it('is nothing where nothing was asked for', async () => {
    expect(await readDepsAccess({ 'deps-env': ' ', 'ssh-agent': 'false' }, {})).toBeUndefined();
  });

  it('gathers what fetching is given, and what may not be seen', async () => {
    const raw: RawOptions = {
      'deps-env': 'TOKEN\nPLAIN=value\nDEBUG=1',
      'hex-organizations': 'acme=key-1\n\nteam_2 = key-2',
      'hex-repositories':
        'oban https://getoban.pro/repo --fetch-public-key SHA256:4/a= --auth-key=key-3\ninside http://hex.example:81 --public-key a.pem',
      'git-credentials': ['https://x-access-token:ab%2Fc@github.com/', 'http://user:word@git.example:8080'],
    };
    expect(await readDepsAccess(raw, { TOKEN: 'token' })).toEqual({
      env: { TOKEN: 'token', PLAIN: 'value', DEBUG: '1' },
      hexTasks: [
        ['hex.organization', 'auth', 'acme', '--key', 'key-1'],
        ['hex.organization', 'auth', 'team_2', '--key', 'key-2'],
        [
          ...['hex.repo', 'add', 'oban', 'https://getoban.pro/repo'],
          ...['--fetch-public-key', 'SHA256:4/a=', '--auth-key', 'key-3'],
        ],
        ['hex.repo', 'add', 'inside', 'http://hex.example:81', '--public-key', 'a.pem'],
      ],
      gitCredentials: ['https://x-access-token:ab%2Fc@github.com', 'http://user:word@git.example:8080'],
      sshAgent: undefined,
      knownHosts: [],
      secrets: ['token', 'value', 'key-1', 'key-2', 'key-3', 'ab/c', 'word'],
    });
  });

  it('takes the agent of this machine, with the hosts that its user knows unless others are given', async () => {
    await using home = await temporary();
    const socket = path.join(home.path, 'agent');
    const server = createServer().listen(socket);
    await once(server, 'listening');
    await mkdir(path.join(home.path, '.ssh'));
    await writeFile(path.join(home.path, '.ssh/known_hosts'), 'one ssh-ed25519 A\n\ntwo ssh-ed25519 B\n');
    const here = { SSH_AUTH_SOCK: socket, HOME: home.path };
    const own = await readDepsAccess({ 'ssh-agent': true }, here);
    expect(own).toMatchObject({
      sshAgent: socket,
      knownHosts: ['one ssh-ed25519 A', 'two ssh-ed25519 B'],
      secrets: [],
    });
    const given = await readDepsAccess({ 'ssh-agent': 'true', 'ssh-known-hosts': 'three ssh-rsa C' }, here);
    expect(given?.knownHosts).toEqual(['three ssh-rsa C']);
    expect((await readDepsAccess({ 'ssh-agent': true }, { SSH_AUTH_SOCK: socket }))?.knownHosts).toEqual([]);
    server.close();
  });

  it.each<[RawOptions, string]>([
    [{ 'deps-env': 'MIX_ENV=s3cret' }, 'deps-env'],
    [{ 'hex-organizations': 's3cret' }, 'NAME=KEY'],
    [{ 'hex-organizations': 'acme=' }, 'NAME=KEY'],
    [{ 'hex-organizations': 'acme=s3cret\nteam=x\nacme=other' }, 'two keys for acme'],
    [{ 'hex-repositories': 'oban' }, 'NAME URL'],
    [{ 'hex-repositories': 'oban https://user:s3cret@host' }, 'NAME URL'],
    [{ 'hex-repositories': 'oban https://host --auth-key' }, 'option'],
    [{ 'hex-repositories': 'oban https://host --auth-keys s3cret' }, 'option'],
    [{ 'hex-repositories': 'oban https://host s3cret' }, 'option'],
    [{ 'git-credentials': 's3cret' }, 'https://USER:TOKEN@HOST'],
    [{ 'git-credentials': 'https://s3cret@github.com' }, 'https://USER:TOKEN@HOST'],
    [{ 'git-credentials': 'https://user:s3cret@github.com/team/lib' }, 'https://USER:TOKEN@HOST'],
    [{ 'git-credentials': 'ssh://user:s3cret@github.com' }, 'https://USER:TOKEN@HOST'],
    [{ 'ssh-agent': true }, 'SSH_AUTH_SOCK'],
    [{ 'ssh-known-hosts': 'one ssh-rsa C' }, 'ssh-agent'],
  ])('refuses %j, without the secret', async (raw, says) => {
    const error = await errorOf(() => readDepsAccess(raw, {}));
    expect(error).toMatchObject({ code: 'bad-option' });
    expect(`${error.message} ${error.next}`).toContain(says);
    expect(`${error.message} ${error.next}`).not.toContain('s3cret');
  });

  it('refuses an agent whose socket is none', async () => {
    const error = await errorOf(() => readDepsAccess({ 'ssh-agent': true }, { SSH_AUTH_SOCK: '/etc/passwd' }));
    expect(error.message).toContain('/etc/passwd');
  });
});
