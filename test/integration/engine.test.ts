import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import Docker from 'dockerode';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { packFiles } from '../../src/archive/files.js';
import { connectEngine } from '../../src/engine/connect.js';
import type { RunningContainer } from '../../src/engine/container.js';
import type { Engine } from '../../src/engine/engine.js';
import { labels } from '../../src/engine/labels.js';
import { startPacking } from '../../src/package/packing.js';
import { unpackTree } from '../../src/package/tree.js';
import { buildRelease, runCli, startCli, TARGET, TRIXIE } from '../support/cli.js';
import { checkoutOf, temporary, type Temporary } from '../support/checkout.js';
import { docker, noContainerWithin, ours } from '../support/engine.js';

const IMAGE = 'debian:trixie-slim';

afterAll(() => noContainerWithin(7));

describe('a container of ours', () => {
  let engine: Engine;
  let container: RunningContainer;
  beforeAll(async () => {
    engine = await connectEngine();
    const spec = { image: IMAGE, platform: 'linux/amd64', user: '65534:65534', labels: labels('probe', 'test') };
    container = await engine.containers.start(spec);
  });
  afterAll(async () => {
    await container[Symbol.asyncDispose]();
    await engine[Symbol.asyncDispose]();
  });

  const run = async (argv: readonly string[], env: Readonly<Record<string, string>> = {}) => {
    const lines: string[] = [];
    const status = await container.run({ title: 'a test', argv, env, cwd: '/tmp' }, (line) => lines.push(line));
    return { status, lines };
  };

  it.each([0, 1, 5, 64, 126, 127, 137, 255])('hands back exit status %i', async (status) => {
    expect((await run(['sh', '-c', `exit ${String(status)}`])).status).toBe(status);
  });

  it('takes arguments as they are, whatever a shell would make of them', async () => {
    const odd = ['$HOME', '`id`', '; rm -rf /', "it's", 'a  b', '', '*', 'ü', '\\n', '--'];
    expect((await run(['printf', '%s\\n', ...odd])).lines).toEqual(odd);
  });

  it('takes an environment of 127 KB and values with every character but NUL', async () => {
    const long = 'x'.repeat(127 * 1024);
    const lengths = await run(['sh', '-c', 'echo ${#LONG}'], { LONG: long });
    expect(lengths.lines).toEqual([String(long.length)]);
    const value = Array.from({ length: 127 }, (_, code) => String.fromCharCode(code + 1)).join('');
    const { lines } = await run(['sh', '-c', 'printf %s "$ODD" | od -An -v -tu1'], { ODD: value });
    const codes = lines.join(' ').trim().split(/\s+/).map(Number);
    expect(codes).toEqual(Array.from({ length: 127 }, (_, code) => code + 1));
  });

  it('hands out a directory in the order that a tarball has, so that it is packed as it comes', async () => {
    const files = ['z', 'lib/a/b', 'lib/a-b', 'lib/a.b', 'lib/B', 'Zoo', 'bin/ü', 'bin/web'];
    const made = 'mkdir -p tree/lib/a tree/bin && cd tree && touch "$@" && ln lib/a-b lib/z && ln -s lib/a-b link';
    expect(await run(['sh', '-c', made, 'sh', ...files])).toEqual({ status: 0, lines: [] });
    await using place = await temporary();
    const directory = path.join(place.path, 'tree');
    const packing = startPacking(`${directory}.tar.gz`, { format: 'tar.gz', mtime: new Date(0) });
    const entries = await unpackTree(await container.get('/tmp/tree'), directory, () => false, packing);
    expect(entries).toHaveLength(13);
    // What is not there cannot be read a second time.
    await rm(directory, { recursive: true });
    expect((await packing.finish(directory, entries)).size).toBeGreaterThan(100);
  });

  it('streams output as it comes, both streams, a last line without its end', async () => {
    const started = Date.now();
    const times: number[] = [];
    const argv = ['sh', '-c', 'echo out; echo err >&2; sleep 1; printf end'];
    const lines: string[] = [];
    await container.run({ title: 'a test', argv }, (line) => {
      lines.push(line);
      times.push(Date.now() - started);
    });
    expect([...lines].sort()).toEqual(['end', 'err', 'out']);
    expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeGreaterThan(700);
  });

  it('carries a million lines without losing one', async () => {
    let count = 0;
    await container.run({ title: 'a test', argv: ['seq', '1000000'] }, () => (count += 1));
    expect(count).toBe(1_000_000);
  });

  it('takes files in and hands them out byte for byte, all 256 values', async () => {
    const text = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code)).join('');
    await container.put(packFiles([{ path: 'in.txt', text, uid: 65534, gid: 65534 }]), '/tmp');
    expect((await run(['stat', '-c', '%u:%g %a', '/tmp/in.txt'])).lines).toEqual(['65534:65534 644']);
    const archive = await buffer(await container.get('/tmp/in.txt'));
    expect(archive.includes(Buffer.from(text))).toBe(true);
  });

  it('is a plain user without a way to more, has an init, and mounts nothing of the host', async () => {
    const { Config, HostConfig, Mounts } = await docker.getContainer(container.id).inspect();
    expect(Config.User).toBe('65534:65534');
    expect(HostConfig.SecurityOpt).toEqual(['no-new-privileges']);
    expect(HostConfig.Init).toBe(true);
    expect(Mounts).toEqual([]);
    expect((await run(['sh', '-c', 'grep -E "^(NoNewPrivs|CapEff)" /proc/self/status'])).lines).toEqual([
      'CapEff:\t0000000000000000',
      'NoNewPrivs:\t1',
    ]);
  });

  it('says what could not be started', async () => {
    const { status, lines } = await run(['no-such-program']);
    expect([126, 127]).toContain(status);
    expect(lines.join('\n')).toContain('no-such-program');
  });

  it('reports a container that somebody else ended', async () => {
    const spec = { image: IMAGE, platform: 'linux/amd64', user: '0:0', labels: labels('probe', 'test') };
    await using other = await engine.containers.start(spec);
    const running = other.run({ title: 'a long nap', argv: ['sleep', '60'] }, () => undefined);
    const asserted = expect(running).rejects.toMatchObject({ code: 'engine-connection-lost' });
    await sleep(500);
    await docker.getContainer(other.id).kill();
    await asserted;
  });

  it('fails clearly for a stream that breaks on its way in', async () => {
    const broken = Readable.from(
      (async function* () {
        yield Buffer.alloc(512);
        await sleep(10);
        throw new Error('the disk went away');
      })(),
    );
    await expect(container.put(broken, '/tmp')).rejects.toThrow(/the disk went away/);
  });
});

describe('an engine of its own', () => {
  let place: Temporary;
  let second: Docker;
  let engine: ChildProcess | undefined;
  let env: { readonly DOCKER_HOST: string };
  /** A checkout whose builder is its base with a label, for this engine has no network to make another. */
  let hello: Temporary;
  beforeAll(async () => {
    place = await temporary();
    const socket = path.join(place.path, 'docker.sock');
    engine = await startSecondEngine(place.path, socket);
    env = { DOCKER_HOST: `unix://${socket}` };
    second = new Docker({ socketPath: socket });
    await buffer(await second.loadImage(await docker.getImage(TRIXIE).get()));
    hello = await checkoutOf('examples/hello');
    await writeFile(path.join(hello.path, 'Dockerfile'), 'ARG BASE\nFROM ${BASE}\nUSER root\nLABEL own=yes\n');
  });
  afterAll(async () => {
    engine?.kill('SIGKILL');
    await hello[Symbol.asyncDispose]();
    await place[Symbol.asyncDispose]();
  });
  const build = (output: string): readonly string[] => {
    const builder = ['--image', TRIXIE, '--pull', 'never', '--dockerfile', 'Dockerfile'];
    return [hello.path, '--target', TARGET, ...builder, '--output', output];
  };

  // Of its own, because the tests of other files use again what is removed here.
  it('has the builder image and the state, and clean removes them with everything else of ours', async () => {
    await using out = await temporary();
    const base = 'mix-release-test/base:1';
    await second.getImage(TRIXIE).tag({ repo: 'mix-release-test/base', tag: '1' });
    await buildRelease(build(out.path), { env });
    const before = await ours(undefined, second);
    expect(before.containers).toEqual([]);
    expect(before.volumes.filter((name) => /^\/?mix-release-state-[0-9a-f]{16}$/.test(name)).length).toBeGreaterThan(0);
    const builders = await second.listImages({ filters: { label: ['mix-release.kind=builder'] } });
    expect(builders.length).toBeGreaterThan(0);

    const { status, stdout, stderr } = await runCli(['clean'], { env });
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
    for (const name of before.volumes) expect(stderr).toContain(`removed volume ${name}`);
    expect(await ours(undefined, second)).toEqual({ containers: [], volumes: [] });
    expect(await second.listImages({ filters: { label: ['mix-release.kind'] } })).toEqual([]);
    // Nothing that is not ours went.
    for (const name of [base, TRIXIE]) await second.getImage(name).inspect();
    expect((await runCli(['clean'], { env })).stderr).toBe('nothing to remove\n');
  });

  it('that dies during the build is reported as lost, exit status 3, and no tarball is left', async () => {
    await using out = await temporary();
    await writeFile(path.join(hello.path, 'lib/slow.ex'), 'IO.puts("compiling slowly")\nProcess.sleep(60_000)\n');
    const { printed, ended } = startCli(['build', ...build(out.path), '--verbose'], { env });
    await printed('compiling slowly');
    engine?.kill('SIGKILL');
    const { status, stdout, stderr } = await ended;
    expect(stderr).toMatch(/error \(engine-connection-lost\): the container engine stopped answering/);
    expect(status).toBe(3);
    expect(stdout).toBe('');
    expect(await readdir(out.path)).toEqual([]);
  });

  /** A second dockerd in namespaces of its own: when its first process is killed, everything in it is. */
  async function startSecondEngine(directory: string, socket: string): Promise<ChildProcess> {
    await mkdir(path.join(directory, 'data'));
    const dockerd = [
      'dockerd',
      '--host',
      `unix://${socket}`,
      '--data-root',
      path.join(directory, 'data'),
      '--exec-root',
      path.join(directory, 'exec'),
      '--pidfile',
      path.join(directory, 'pid'),
    ];
    const own = ['--net', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc'];
    const child = spawn('unshare', [...own, ...dockerd], { stdio: ['ignore', 'ignore', 'pipe'] });
    let log = '';
    child.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()));
    const died = once(child, 'exit').then(() =>
      Promise.reject(new Error(`the second engine ended:\n${log.slice(-2000)}`)),
    );
    const answers = (async () => {
      for (let tries = 0; tries < 300; tries += 1) {
        const ping = new Docker({ socketPath: socket }).ping().then(
          () => true,
          () => false,
        );
        if (await ping) return;
        await sleep(100);
      }
      throw new Error(`the second engine does not answer:\n${log.slice(-2000)}`);
    })();
    died.catch(() => undefined);
    await Promise.race([answers, died]);
    return child;
  }
});
