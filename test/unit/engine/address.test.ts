import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import path from 'node:path';
import { engineAddress } from '../../../src/engine/address.js';
import { sshArguments } from '../../../src/engine/ssh.js';
import { errorOf } from '../support/errors.js';
import { directoryWith, type Tree } from '../support/files.js';

const KEYS = { 'ca.pem': 'ca', 'cert.pem': 'cert', 'key.pem': 'key' };
const TLS = { ca: Buffer.from('ca'), cert: Buffer.from('cert'), key: Buffer.from('key') };
const id = (name: string): string => createHash('sha256').update(name).digest('hex');
const context = (name: string, host: string): Tree => ({
  [`.docker/contexts/meta/${id(name)}/meta.json`]: JSON.stringify({
    Name: name,
    Endpoints: { docker: { Host: host } },
  }),
});

describe('the address of the engine', () => {
  it.each([
    [{}, { kind: 'socket', path: '/var/run/docker.sock' }],
    [{ DOCKER_HOST: '' }, { kind: 'socket', path: '/var/run/docker.sock' }],
    [{ DOCKER_HOST: 'unix:///run/x.sock' }, { kind: 'socket', path: '/run/x.sock' }],
    [{ DOCKER_HOST: 'unix://' }, { kind: 'socket', path: '/var/run/docker.sock' }],
    [{ DOCKER_HOST: 'tcp://h' }, { kind: 'tcp', host: 'h', port: 2375, tls: undefined }],
    [{ DOCKER_HOST: 'h:1234' }, { kind: 'tcp', host: 'h', port: 1234, tls: undefined }],
    [{ DOCKER_HOST: 'tcp://[::1]:99' }, { kind: 'tcp', host: '::1', port: 99, tls: undefined }],
    [{ DOCKER_HOST: 'ssh://me@h:2222' }, { kind: 'ssh', user: 'me', host: 'h', port: '2222' }],
    [{ DOCKER_HOST: 'ssh://h' }, { kind: 'ssh', user: '', host: 'h', port: '' }],
  ])('is, for %j, that', async (env, address) => {
    expect((await engineAddress(env, await directoryWith())).address).toEqual(address);
  });

  it("is Docker Desktop's socket where there is one", async () => {
    const home = await directoryWith({ '.docker/run/docker.sock': '' });
    expect((await engineAddress({}, home)).address).toEqual({
      kind: 'socket',
      path: path.join(home, '.docker/run/docker.sock'),
    });
  });

  it('has no keys by DOCKER_CERT_PATH alone, as with the docker command', async () => {
    const keys = await directoryWith(KEYS);
    const found = await engineAddress({ DOCKER_HOST: 'tcp://h', DOCKER_CERT_PATH: keys }, '/nowhere');
    expect(found.address).toEqual({ kind: 'tcp', host: 'h', port: 2375, tls: undefined });
  });

  it('has keys where TLS is asked for: from DOCKER_CERT_PATH, or from the directory of the configuration', async () => {
    const keys = await directoryWith(KEYS);
    const byPath = { DOCKER_HOST: 'tcp://h', DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: keys };
    expect((await engineAddress(byPath, '/nowhere')).address).toEqual({ kind: 'tcp', host: 'h', port: 2376, tls: TLS });
    const byConfig = { DOCKER_HOST: 'tcp://h:5', DOCKER_TLS_VERIFY: '1', DOCKER_CONFIG: keys };
    expect((await engineAddress(byConfig, '/nowhere')).address).toEqual({ kind: 'tcp', host: 'h', port: 5, tls: TLS });
  });

  it('is that of the context: of the variable first, then of the configuration; DOCKER_HOST goes before both', async () => {
    const home = await directoryWith({
      '.docker/config.json': JSON.stringify({ currentContext: 'far' }),
      ...context('far', 'ssh://me@far'),
      ...context('near', 'unix:///run/near.sock'),
    });
    expect(await engineAddress({}, home)).toEqual({
      address: { kind: 'ssh', user: 'me', host: 'far', port: '' },
      text: 'ssh://me@far (Docker context far)',
    });
    expect((await engineAddress({ DOCKER_CONTEXT: 'near' }, home)).address).toEqual({
      kind: 'socket',
      path: '/run/near.sock',
    });
    expect((await engineAddress({ DOCKER_CONTEXT: 'default' }, home)).address).toMatchObject({ kind: 'socket' });
    const both = { DOCKER_HOST: 'tcp://h', DOCKER_CONTEXT: 'near' };
    expect((await engineAddress(both, home)).address).toMatchObject({ kind: 'tcp', host: 'h' });
  });

  it('has the keys of its context', async () => {
    const keys = Object.entries(KEYS).map(([name, text]) => [`.docker/contexts/tls/${id('far')}/docker/${name}`, text]);
    const home = await directoryWith({ ...context('far', 'tcp://far:2376'), ...(Object.fromEntries(keys) as Tree) });
    const found = await engineAddress({ DOCKER_CONTEXT: 'far' }, home);
    expect(found.address).toEqual({ kind: 'tcp', host: 'far', port: 2376, tls: TLS });
  });

  it.each([
    [{ DOCKER_HOST: 'fd://' }, "'fd://' cannot be used"],
    [{ DOCKER_HOST: 'npipe:////./pipe/docker_engine' }, 'an engine is reached by unix://, tcp:// or ssh://'],
    [{ DOCKER_HOST: 'tcp://' }, 'it names no host'],
    [{ DOCKER_HOST: 'ssh://-oProxyCommand=x/' }, 'cannot be used'],
    [{ DOCKER_HOST: 'tcp://h', DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: '/nowhere' }, '/nowhere/ca.pem'],
    [{ DOCKER_CONTEXT: 'nobody' }, "the Docker context 'nobody' cannot be read"],
  ])('is an error for %j', async (env, what) => {
    const error = await errorOf(async () => engineAddress(env, await directoryWith()));
    expect(error.code).toBe('engine-unreachable');
    expect(error.message).toContain(what);
  });

  it('is an error for a context without an engine', async () => {
    const home = await directoryWith(context('empty', ''));
    const error = await errorOf(() => engineAddress({ DOCKER_CONTEXT: 'empty' }, home));
    expect(error.message).toBe("the Docker context 'empty' has no Docker endpoint");
  });
});

describe('ssh', () => {
  it('is called with what the address says, and no shell reads it', () => {
    expect(sshArguments({ kind: 'ssh', user: 'me', host: 'h', port: '22' })).toEqual(
      '-l me -p 22 -o ConnectTimeout=30 -o BatchMode=yes -T -- h docker system dial-stdio'.split(' '),
    );
    expect(sshArguments({ kind: 'ssh', user: '', host: 'h', port: '' })).not.toContain('-l');
  });
});
