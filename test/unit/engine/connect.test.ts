import { once } from 'node:events';
import { chmod } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { connectEngine } from '../../../src/engine/connect.js';
import { fakeEngine } from '../../support/fake-engine/engine.js';
import { serve } from '../../support/fake-engine/server.js';
import { temporary } from '../../support/checkout.js';
import { errorOf } from '../support/errors.js';
import { scripted } from './scripted.js';

describe('connectEngine', () => {
  it('knows what the engine says of itself, and speaks a version that both know', async () => {
    await using server = await serve(fakeEngine({ architecture: 'arm64', clockSkew: 90_000 }), {
      api: '1.60',
      version: '99',
    });
    await using engine = await connectEngine({ DOCKER_HOST: server.host }, '/nowhere');
    expect(engine).toMatchObject({ architecture: 'arm64', version: '99' });
    expect(Math.abs(engine.clockSkew - 90_000)).toBeLessThan(5000);
  });

  it('refuses an engine that is too old', async () => {
    await using server = await serve(fakeEngine(), { api: '1.40' });
    const error = await errorOf(() => connectEngine({ DOCKER_HOST: server.host }, '/nowhere'));
    expect(error).toMatchObject({ code: 'engine-too-old', exitStatus: 3 });
  });

  it('says where no engine answers', async () => {
    const error = await errorOf(() => connectEngine({ DOCKER_HOST: 'unix:///nowhere/docker.sock' }, '/nowhere'));
    expect(error).toMatchObject({ code: 'engine-unreachable', exitStatus: 3 });
    expect(error.message).toContain('unix:///nowhere/docker.sock');
    const tcp = await errorOf(() => connectEngine({ DOCKER_HOST: 'tcp://127.0.0.1:1' }, '/nowhere'));
    expect(tcp.message).toContain('tcp://127.0.0.1:1');
  });

  it('says where what answers is no engine', async () => {
    await using place = await temporary();
    const socket = path.join(place.path, 's');
    const server = createServer((connection) => connection.end('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nnone'));
    await once(server.listen(socket), 'listening');
    const error = await errorOf(() => connectEngine({ DOCKER_HOST: `unix://${socket}` }, '/nowhere'));
    expect(error).toMatchObject({ code: 'engine-unreachable', exitStatus: 3 });
    server.close();
  });

  it('says where this user may not use the socket', async () => {
    await using server = await serve(fakeEngine());
    const socket = server.host.slice('unix://'.length);
    await chmod(socket, 0);
    // Root may use every socket.
    const isRoot = process.getuid?.() === 0;
    if (isRoot) process.seteuid?.(65534);
    try {
      await chmod(path.dirname(socket), 0o711).catch(() => undefined);
      const error = await errorOf(() => connectEngine({ DOCKER_HOST: server.host }, '/nowhere'));
      expect(error).toMatchObject({ code: 'engine-permission', exitStatus: 3 });
    } finally {
      if (isRoot) process.seteuid?.(0);
    }
  });
});

describe('the facts of an engine', () => {
  const version = { ApiVersion: '1.41', MinAPIVersion: '1.12', Version: '1', Arch: 'amd64' };
  const SystemTime = new Date().toISOString();

  it.each([
    [
      { Components: [{ Name: 'Engine' }, { Name: 'containerd' }] },
      { OperatingSystem: 'Debian', Driver: 'overlay2', DriverStatus: [['Backing', 'extfs']], DockerRootDir: '/d' },
      { product: 'Docker', system: 'Debian', store: 'overlay2', root: '/d' },
    ],
    [
      { Components: [{ Name: 'Engine' }] },
      { Driver: 'overlayfs', DriverStatus: [['driver-type', 'io.containerd.snapshotter.v1']] },
      { product: 'Docker', store: 'containerd overlayfs' },
    ],
    [{ Components: [{ Name: 'Podman Engine' }] }, { OperatingSystem: '', DriverStatus: null }, { product: 'Podman' }],
    [{ Components: null }, {}, { product: 'engine' }],
  ])('of %j and %j', async (spoken, info, facts) => {
    await using engine = await scripted({
      'GET /version': { body: { ...version, ...spoken } },
      'GET /info': { body: { SystemTime, ...info } },
    });
    expect(engine.engine.facts).toEqual({
      ...{ system: undefined, store: undefined, root: undefined, ...facts },
      ...{ address: expect.stringMatching(/^unix:/), local: true },
    });
  });
});
