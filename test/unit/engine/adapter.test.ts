import { PassThrough } from 'node:stream';
import { buffer, json } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { packFiles } from '../../../src/archive/files.js';
import type { ContainerSpec } from '../../../src/engine/container.js';
import { isConflict, statusOf } from '../../../src/engine/failure.js';
import { errorOf } from '../support/errors.js';
import { scripted, type Answer } from './scripted.js';

const SPEC = { image: 'x:1', platform: 'linux/amd64', user: '0:0', labels: {} };
const ID = 'c'.repeat(64);
const at = (method: string, path = ''): string => `${method} /containers/${ID}${path}`;
const CREATED: Readonly<Record<string, Answer>> = {
  'POST /containers/create': { status: 201, body: { Id: ID } },
  [at('POST', '/start')]: { status: 204 },
  [at('DELETE')]: { status: 204 },
};
const signal = new AbortController().signal;
const transfer = { platform: 'linux/arm64', login: undefined, signal };

describe('a container that the engine refuses to start', () => {
  const refusal = { status: 500, body: { message: 'network bridge not found' } };

  it('leaves no connection open, and is removed', async () => {
    await using at500 = await scripted({ ...CREATED, [at('POST', '/start')]: refusal });
    const { engine, requests, attached } = at500;
    const error = await errorOf(() => engine.containers.start(SPEC));
    expect(error).toMatchObject({ code: 'engine-error', exitStatus: 3 });
    expect(error.message).toContain('network bridge not found');
    expect(requests).toContain(`${at('DELETE')}?force=true&v=true`);
    for (let look = 0; look < 20 && attached.size > 0; look += 1) await sleep(20);
    expect(attached.size).toBe(0);
  });

  it('is named where it cannot be removed either', async () => {
    await using broken = await scripted({ ...CREATED, [at('POST', '/start')]: refusal, [at('DELETE')]: refusal });
    const error = await errorOf(() => broken.engine.containers.start(SPEC));
    expect(error).toMatchObject({ code: 'engine-error', status: 500 });
    expect(error.message).toContain('to start a container from x:1');
    expect(error.next).toContain(`Its container ${ID.slice(0, 12)} is left`);
    expect(error.next).toContain('mix-release clean');
  });

  it('is a lost engine where the connection breaks, removed or not', async () => {
    const hangUp: Answer = (_, response) => void response.destroy();
    await using lost = await scripted({ ...CREATED, [at('POST', '/start')]: hangUp, [at('DELETE')]: hangUp });
    expect(await errorOf(() => lost.engine.containers.start(SPEC))).toMatchObject({ code: 'engine-connection-lost' });
  });

  it('makes the volume first, with its labels, and fails where that cannot be made', async () => {
    const volume = { name: 'state', path: '/state', labels: { a: 'b' } };
    await using refusing = await scripted({ 'POST /volumes/create': { status: 500, body: { message: 'no space' } } });
    const error = await errorOf(() => refusing.engine.containers.start({ ...SPEC, volume }));
    expect(error.message).toContain('no space');
    expect(refusing.requests.some((request) => request.startsWith('POST /containers'))).toBe(false);
  });
});

describe('the settings of a container', () => {
  const created = async (spec: Partial<ContainerSpec>): Promise<Record<string, unknown>> => {
    const body = Promise.withResolvers<Record<string, unknown>>();
    await using script = await scripted({
      'POST /volumes/create': { status: 201, body: {} },
      'POST /containers/create': (request, response) => {
        response.writeHead(500).end('{"message":"no"}');
        json(request).then(
          (value) => body.resolve((value as { HostConfig: Record<string, unknown> }).HostConfig),
          body.reject,
        );
      },
    });
    await errorOf(() => script.engine.containers.start({ ...SPEC, ...spec }));
    return await body.promise;
  };

  it('are not there where none are asked for', async () => {
    expect(Object.keys(await created({}))).toEqual(['Init', 'AutoRemove', 'CapDrop', 'SecurityOpt', 'LogConfig']);
  });

  it('reach the engine in its own units, beside the volume', async () => {
    const mounts = [
      { source: '/srv/a', target: '/mnt/a', writable: false },
      { source: '/srv/b', target: '/mnt/b', writable: true },
    ];
    const options = { memory: 2 ** 30, cpus: 1.5, network: 'host', hosts: ['a.test:10.0.0.1'], mounts };
    const volume = { name: 'state', path: '/state', labels: {} };
    expect(await created({ options, volume })).toMatchObject({
      ...{ Memory: 2 ** 30, NanoCpus: 1_500_000_000, NetworkMode: 'host', ExtraHosts: ['a.test:10.0.0.1'] },
      Mounts: [
        { Type: 'volume', Source: 'state', Target: '/state' },
        { Type: 'bind', Source: '/srv/a', Target: '/mnt/a', ReadOnly: true },
        { Type: 'bind', Source: '/srv/b', Target: '/mnt/b', ReadOnly: false },
      ],
    });
  });
});

describe('a name that is taken', () => {
  it.each([
    [409, 'Conflict. The container name "/x" is already in use by container', true],
    [500, 'the container name "x" is already in use by 123', true],
    [500, 'no space left on device', false],
  ])('is a conflict for status %i and %j: %j', async (status, message, conflict) => {
    await using taken = await scripted({ 'POST /containers/create': { status, body: { message } } });
    expect(isConflict(await errorOf(() => taken.engine.containers.start(SPEC)))).toBe(conflict);
  });
});

describe('the removal of a container', () => {
  it('waits for one that is being removed', async () => {
    const removing = { status: 409, body: { message: 'removal is already in progress' } };
    await using busy = await scripted({ [at('DELETE')]: removing, [at('POST', '/wait')]: { body: { StatusCode: 0 } } });
    await busy.engine.containers.remove(ID);
    expect(busy.requests).toContain(`${at('POST', '/wait')}?condition=removed`);
    await using gone = await scripted({ [at('DELETE')]: removing });
    await gone.engine.containers.remove(ID);
    const failing = { status: 500, body: { message: 'no' } };
    await using broken = await scripted({ [at('DELETE')]: removing, [at('POST', '/wait')]: failing });
    expect(await errorOf(() => broken.engine.containers.remove(ID))).toMatchObject({ status: 500 });
  });

  it('is tried again for a container of Podman that is just ending', async () => {
    const ending = { status: 500, body: { message: 'container state improper' } };
    await using podman = await scripted({ [at('DELETE')]: [ending, ending, { status: 204 }] });
    await podman.engine.containers.remove(ID);
    expect(podman.requests.filter((request) => request.startsWith('DELETE'))).toHaveLength(3);
  });
});

describe('a command', () => {
  const exec = (inspected: Answer): Readonly<Record<string, Answer>> => ({
    ...CREATED,
    [at('POST', '/exec')]: { status: 201, body: { Id: 'e' } },
    'GET /exec/e/json': inspected,
  });
  const run = async (answers: Readonly<Record<string, Answer>>): Promise<unknown> => {
    await using script = await scripted(answers);
    const container = await script.engine.containers.start(SPEC);
    const command = { title: 'mix', argv: ['mix'] };
    return await container.run(command, () => undefined).catch((error: unknown) => error);
  };

  it('that was killed with its container is no status of its own', async () => {
    const killed = { body: { ExitCode: 137, Running: false } };
    const running = { body: { State: { Running: true } } };
    const ended = { body: { State: { Running: false } } };
    const own = { ...exec(killed), [at('GET', '/json')]: running };
    expect(await run(own)).toBe(137);
    const gone = { code: 'engine-connection-lost', containerGone: true };
    expect(await run({ ...exec(killed), [at('GET', '/json')]: ended })).toMatchObject(gone);
    expect(await run(exec({ body: { ExitCode: null, Running: false } }))).toMatchObject(gone);
    expect(await run(exec({ body: { ExitCode: 0, Running: true } }))).toMatchObject(gone);
  });

  it.each([
    [404, 'no such container'],
    [409, 'container x is not running'],
    [500, 'container x is not running'],
    [500, 'retrieving exec session ID: container ID does not exist in database: no such container'],
  ])('of a container that is gone by status %i and %j says so', async (status, message) => {
    const answers = { ...exec({}), [at('POST', '/exec')]: { status, body: { message } } };
    expect(await run(answers)).toMatchObject({ code: 'engine-connection-lost', containerGone: true, status });
    await using script = await scripted(answers);
    const container = await script.engine.containers.start(SPEC);
    const error = await errorOf(() => container.talk({ title: 'mix', argv: ['mix'] }, () => undefined));
    expect(error).toMatchObject({ code: 'engine-connection-lost', containerGone: true });
  });
});

describe('a command on a terminal', () => {
  const exec = { ...CREATED, [at('POST', '/exec')]: { status: 201, body: { Id: 'e' } } };
  const streams = () => ({ input: new PassThrough(), output: new PassThrough(), errors: new PassThrough() });

  it('has one of the same size, also when that changes, and gives it back at the end', async () => {
    const answers = { ...exec, 'GET /exec/e/json': { body: { ExitCode: 7, Running: false } } };
    await using script = await scripted({ ...answers, 'POST /exec/e/resize': { status: 200 } });
    const container = await script.engine.containers.start(SPEC);
    let [columns, ended] = [80, false];
    const screen = {
      size: () => ({ columns, rows: 24 }),
      onResize: (changed: () => void) => {
        setImmediate(() => {
          columns = 100;
          changed();
        });
        return () => void (ended = true);
      },
    };
    const command = { title: 'a shell', argv: ['sh'] };
    expect(await script.engine.containers.attach(container.id, command, { ...streams(), screen })).toBe(7);
    expect(ended).toBe(true);
    expect(script.requests).toContain('POST /exec/e/resize?w=80&h=24');
  });

  it('that is not in the container has the status that a shell gives, and says so', async () => {
    const message = 'exec: "sh": executable file not found in $PATH';
    await using script = await scripted({ ...exec, [at('POST', '/exec')]: { status: 400, body: { message } } });
    const container = await script.engine.containers.start(SPEC);
    const terminal = { ...streams(), screen: undefined };
    expect(await script.engine.containers.attach(container.id, { title: 'sh', argv: ['sh'] }, terminal)).toBe(127);
    expect(String(terminal.errors.read())).toContain('executable file not found');
  });

  it.each([
    [{ body: { ExitCode: null, Running: false } }, { code: 'engine-connection-lost', containerGone: true }],
    [{ status: 500, body: { message: 'no' } }, { code: 'engine-error' }],
  ])('fails where the engine says %j of it', async (inspected, failure) => {
    await using script = await scripted({ ...exec, 'GET /exec/e/json': inspected });
    const container = await script.engine.containers.start(SPEC);
    const terminal = { ...streams(), screen: undefined };
    const attached = script.engine.containers.attach(container.id, { title: 'sh', argv: ['sh'] }, terminal);
    expect(await errorOf(() => attached)).toMatchObject(failure);
  });
});

describe('images', () => {
  it('are told apart by platform where the engine can, and looked for without where it has none', async () => {
    const image = {
      Id: 'sha256:1',
      Os: 'linux',
      Architecture: 'amd64',
      RepoTags: null,
      RepoDigests: null,
      Config: null,
    };
    const answers = [{ status: 404, body: { message: 'no' } }, { body: image }];
    await using newer = await scripted({ 'GET /images/x:1/json': answers }, '1.49');
    const found = await newer.engine.images.inspect('x:1', 'linux/arm64');
    expect(found).toEqual({ id: 'sha256:1', platform: 'linux/amd64', names: [], digests: [], labels: {} });
    expect(newer.requests.slice(-2)).toEqual([
      'GET /images/x:1/json?platform={"os":"linux","architecture":"arm64"}',
      'GET /images/x:1/json?',
    ]);
    await using older = await scripted({ 'GET /images/x:1/json': { body: image } }, '1.48');
    await older.engine.images.inspect('x:1', 'linux/arm64');
    expect(older.requests.at(-1)).toBe('GET /images/x:1/json?');
  });

  it.each([
    ['application/vnd.oci.image.manifest.v1+json', 'sha256:m'],
    ['application/vnd.docker.distribution.manifest.v2+json', 'sha256:m'],
    ['application/vnd.oci.image.index.v1+json', undefined],
    ['application/vnd.docker.distribution.manifest.list.v2+json', undefined],
  ])('have the digest of their manifest where the engine tells it, which %s may be', async (mediaType, manifest) => {
    const about = { Id: 'sha256:1', Os: '', Architecture: '', Descriptor: { mediaType, digest: 'sha256:m', size: 1 } };
    await using script = await scripted({ 'GET /images/x:1/json': { body: about } }, '1.49');
    const found = await script.engine.images.inspect('x:1', 'linux/amd64');
    expect(found).toMatchObject({ platform: '' });
    expect(found?.manifest).toBe(manifest);
  });

  describe('of one platform', () => {
    const image = { id: 'sha256:one', platform: 'linux/arm64', names: [], digests: [], labels: {} };
    const there = { body: { Id: 'sha256:one' } };
    const gone = { status: 404, body: { message: 'no' } };
    const answers = (after: Answer): Parameters<typeof scripted>[0] => ({
      'GET /images/sha256:one/json': [gone, after],
      'GET /images/x:1/json': { body: { Id: 'sha256:index' } },
      'GET /images/sha256:index/get': (_, response) => void response.end('the archive'),
      'POST /images/load': (request, response) =>
        void buffer(request).then((sent) => {
          loaded = sent.toString();
          response.end('{"stream":"Loaded"}\n');
        }),
    });
    let loaded: string | undefined;

    it('are what they are where the engine finds them alone, and where it is too old to tell', async () => {
      await using script = await scripted({ 'GET /images/sha256:one/json': there }, '1.48');
      expect(await script.engine.images.single(image, 'x:1')).toBe('sha256:one');
      await using older = await scripted({}, '1.47');
      expect(await older.engine.images.single(image, 'x:1')).toBe('sha256:one');
      expect(older.requests).toHaveLength(2);
    });

    it('are copied out of an index, without its name', async () => {
      await using script = await scripted(answers(there), '1.48');
      expect(await script.engine.images.single(image, 'x:1')).toBe('sha256:one');
      expect(loaded).toBe('the archive');
      expect(script.requests).toContain('GET /images/sha256:index/get?platform={"os":"linux","architecture":"arm64"}');
    });

    it.each([
      ['arm64', 'sha256:index'],
      ['amd64', undefined],
    ])('are found by the index where the engine cannot save them and is for %s', async (Architecture, id) => {
      await using script = await scripted(
        {
          ...answers(gone),
          'GET /images/x:1/json': { body: { Id: 'sha256:index', Os: 'linux', Architecture } },
          'GET /images/sha256:index/get': { status: 500, body: { message: 'content not found' } },
        },
        '1.48',
      );
      const single = (): Promise<string> => script.engine.images.single(image, 'x:1');
      if (id === undefined) expect(await errorOf(single)).toMatchObject({ code: 'engine-error' });
      else expect(await single()).toBe(id);
    });

    it('are no more than the engine says', async () => {
      await using script = await scripted(answers(gone), '1.48');
      const error = await errorOf(() => script.engine.images.single(image, 'x:1'));
      expect(error).toMatchObject({ code: 'engine-error', exitStatus: 3 });
      expect(error.message).toContain('to copy the image for linux/arm64 out of x:1');
    });
  });

  it('are listed without the names of those that have none, and by platform where the engine can', async () => {
    const manifests = (os: string, architecture: string) => [{ ImageData: { Platform: { os, architecture } } }];
    const body = [
      { Id: 'a', RepoTags: ['<none>:<none>'], Labels: null },
      { Id: 'b', RepoTags: ['b:1'], Labels: {}, Manifests: manifests('linux', 'arm64') },
      { Id: 'c', RepoTags: ['c:1'], Labels: {}, Manifests: [{}] },
    ];
    await using newer = await scripted({ 'GET /images/json': { body } }, '1.47');
    const filter = { platform: 'linux/arm64' };
    expect((await newer.engine.images.list(filter)).map(({ id, names }) => [id, names])).toEqual([
      ['a', []],
      ['b', ['b:1']],
    ]);
    expect((await newer.engine.images.list({})).map(({ id }) => id)).toEqual(['a', 'b', 'c']);
    await using older = await scripted({ 'GET /images/json': { body } }, '1.46');
    expect((await older.engine.images.list(filter)).map(({ id }) => id)).toEqual(['a', 'b', 'c']);
    expect(older.requests.at(-1)).not.toContain('manifests');
  });

  it.each([
    ['x', 'fromImage=x&tag=latest'],
    ['localhost:5000/x', 'fromImage=localhost:5000/x&tag=latest'],
    ['x:1', 'fromImage=x&tag=1'],
    [`x@sha256:${'1'.repeat(64)}`, `fromImage=x&tag=sha256:${'1'.repeat(64)}`],
  ])('are pulled: %s', async (reference, query) => {
    await using script = await scripted({ 'POST /images/create': { body: {} } });
    await script.engine.images.pull(reference, transfer);
    expect(script.requests.at(-1)).toContain(query);
    expect(script.requests.at(-1)).toContain('platform=linux/arm64');
    expect(script.headers.get('POST /images/create')?.['x-registry-auth']).toBeUndefined();
  });

  it('are pulled and pushed with a login, and pushed with an empty one where there is none', async () => {
    const login = { username: 'ann', password: 'secret', serveraddress: 'a.test' };
    const answers = { 'POST /images/create': { body: {} }, 'POST /images/a.test/x:1/push': { body: {} } };
    await using script = await scripted(answers, '1.46');
    const { images } = script.engine;
    const sent = (path: string): unknown =>
      JSON.parse(Buffer.from(String(script.headers.get(path)?.['x-registry-auth']), 'base64url').toString());
    await images.pull('a.test/x:1', { ...transfer, login });
    expect(sent('POST /images/create')).toEqual(login);
    await images.push('a.test/x:1', { ...transfer, login });
    expect(sent('POST /images/a.test/x:1/push')).toEqual(login);
    expect(script.requests.at(-1)).toContain('platform={"os":"linux","architecture":"arm64"}');
    await images.push('a.test/x:1', transfer);
    expect(sent('POST /images/a.test/x:1/push')).toEqual({ username: '', password: '' });
    expect(script.requests.join()).not.toContain('secret');
  });

  it('fail to travel by an error in the middle of the answer, as an engine that refuses', async () => {
    const error: Answer = (_, response) => void response.end('{"status":"x"}\n{"error":"unauthorized"}\n');
    await using script = await scripted({ 'POST /images/create': error, 'POST /images/x:1/push': error });
    for (const kind of ['pull', 'push'] as const) {
      expect(await errorOf(() => script.engine.images[kind]('x:1', transfer))).toMatchObject({
        code: 'engine-error',
        reason: 'unauthorized',
      });
    }
  });

  it('stop travelling with the reason of the signal, where no answer comes', async () => {
    await using script = await scripted({ 'POST /images/create': () => undefined });
    const controller = new AbortController();
    const pulling = script.engine.images.pull('x:1', { ...transfer, signal: controller.signal });
    const reason = new Error('cancelled');
    setTimeout(() => controller.abort(reason), 50);
    await expect(pulling).rejects.toBe(reason);
  });

  it('are built only where the engine says what came of it', async () => {
    await using script = await scripted({ 'POST /build': { body: { stream: 'Step 1\n' } } });
    const context = packFiles([{ path: 'Dockerfile', text: 'FROM scratch\n' }]);
    const build = { context, dockerfile: 'Dockerfile', platform: 'linux/amd64', args: { A: 'b' }, labels: {} };
    const rest = { tag: 'x:1', pull: true, signal, onOutput: () => undefined };
    const error = await errorOf(() => script.engine.images.build({ ...build, ...rest }));
    expect(error).toMatchObject({ code: 'engine-error', reason: 'the engine did not say what it built' });
    expect(script.requests.at(-1)).toContain('t=x:1&version=1');
    expect(script.requests.at(-1)).toContain('pull=true');
  });
});

describe('what an engine refuses', () => {
  it('is an error with its status, of every call', async () => {
    const refusal = { status: 500, body: { message: 'database is locked' } };
    const paths = [
      ...['GET /images/json', 'GET /images/x/json', 'DELETE /images/x', 'POST /images/x/tag', 'GET /containers/json'],
      ...['GET /volumes', 'GET /volumes/x', 'DELETE /volumes/x', 'POST /volumes/create'],
      ...['GET /networks', 'DELETE /networks/x', 'POST /networks/create', 'DELETE /containers/x'],
    ];
    await using script = await scripted(Object.fromEntries(paths.map((path) => [path, refusal])));
    const { images, containers, volumes, networks } = script.engine;
    const named = { name: 'x', labels: {} };
    const calls: readonly (() => Promise<unknown>)[] = [
      ...[
        () => images.list({}),
        () => images.inspect('x'),
        () => images.remove('x', { force: true, keepParents: true }),
      ],
      ...[() => images.tag('x', { repository: 'y', tag: '1' }), () => containers.list({ labels: {} })],
      ...[() => volumes.list({ labels: {} }), () => volumes.inspect('x'), () => volumes.remove('x')],
      ...[() => volumes.create(named), () => networks.list({ labels: {} }), () => networks.remove('x')],
      ...[() => networks.create(named), () => containers.remove('x')],
    ];
    expect(calls).toHaveLength(paths.length);
    for (const call of calls) {
      const error = await errorOf(call);
      expect(error).toMatchObject({ code: 'engine-error', exitStatus: 3 });
      expect(error.message).toContain('database is locked');
      expect(statusOf(error)).toBe(500);
    }
  });
});

describe('what an engine leaves out', () => {
  it('is nothing', async () => {
    await using script = await scripted({
      'GET /containers/json': { body: [{ Id: 'a', Names: [], Labels: null, State: 'exited' }] },
      'GET /networks': { body: [{ Id: 'a', Name: 'n', Labels: null }] },
      'GET /volumes': { body: { Volumes: [{ Name: 'v', Labels: null }] } },
    });
    const { containers, networks, volumes } = script.engine;
    expect(await containers.list({ labels: {} })).toEqual([
      { id: 'a', name: 'a', labels: {}, running: false, created: undefined },
    ]);
    expect(await networks.list({ labels: {} })).toEqual([{ id: 'a', name: 'n', labels: {}, created: undefined }]);
    expect(await volumes.list({ labels: {} })).toEqual([{ name: 'v', labels: {}, created: undefined }]);
    expect(await volumes.list({ labels: { a: true } })).toEqual([]);
  });
});
