import { execFile } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { chmod, mkdir, readdir, readFile, symlink } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import Docker from 'dockerode';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connectEngine } from '../../src/engine/connect.js';
import { systemErrorCode } from '../../src/errors.js';
import { breakingProxy } from '../contract/engine/breaking-proxy.js';
import { ENGINE_CONTRACT } from '../contract/engine/contract.js';
import { buildOf } from '../contract/engine/images.js';
import type { Subject } from '../contract/engine/subject.js';
import { temporary } from '../support/checkout.js';
import { ROOT } from '../support/cli.js';

const run = promisify(execFile);
const IMAGE = 'debian:trixie-slim';
const PLUGIN = path.join(ROOT, '.cache/containerd-engine/tree/usr/libexec/docker/cli-plugins/docker-buildx');
const rig = (script: string): string => path.join(ROOT, 'test/rig', script);

/** The arguments of the processes of this machine, each ended by a NUL, which have a text; also those in containers. */
async function programs(text: string): Promise<readonly string[]> {
  const numbers = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const read = async (number: string): Promise<string> => {
    try {
      return await readFile(`/proc/${number}/cmdline`, 'utf8');
    } catch (error) {
      // It ended in this moment.
      if (['ENOENT', 'ESRCH'].includes(systemErrorCode(error) ?? '')) return '';
      throw error;
    }
  };
  return (await Promise.all(numbers.map(read))).filter((line) => line.includes(text));
}

/** Waits until something holds; fails after so many seconds. */
async function until(holds: () => Promise<boolean>, seconds: number): Promise<void> {
  const deadline = performance.now() + seconds * 1000;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`not so after ${String(seconds)} s`);
    await sleep(100);
  }
}

/** An engine that is started for the contract. */
interface Row {
  readonly title: string;
  /** Whether images are built by BuildKit, by a `docker` command that has buildx. */
  readonly buildKit?: boolean;
  /** Whether it lets the step of a cancelled build come to its end. Podman 4.3 does. */
  readonly endsSteps?: false;
  /** The reference that the image has in it. */
  readonly image: string;
  /** @returns path of its socket */
  readonly start: (directory: string) => Promise<string>;
  readonly stop: (directory: string) => Promise<void>;
}

const podman = (title: string, user: readonly string[]): Row => ({
  title,
  endsSteps: false,
  image: `localhost/${IMAGE}`,
  start: async (directory) => {
    await run(rig('podman.sh'), ['start', path.join(directory, 'podman'), ...user]);
    return path.join(directory, 'podman/socket');
  },
  stop: async (directory) => {
    await run(rig('podman.sh'), ['stop', path.join(directory, 'podman'), ...user]);
  },
});

/** A Docker as fresh installations are, whose tree has buildx, too. */
const containerd = (title: string, buildKit: boolean): Row => ({
  ...{ title, buildKit, image: IMAGE },
  start: async () => {
    const { stdout } = await run(rig('containerd-engine.sh'), ['start']);
    return /^DOCKER_HOST=unix:\/\/(.+)$/m.exec(stdout)?.[1] ?? '';
  },
  stop: async () => {
    await run(rig('containerd-engine.sh'), ['stop']);
  },
});

/** The environment in which the `docker` command has buildx, or is not asked. */
async function environmentFor(socket: string, buildKit: boolean, place: string): Promise<Record<string, string>> {
  const { PATH = '', HOME = '' } = process.env;
  const env = { PATH, HOME, DOCKER_HOST: `unix://${socket}` };
  if (!buildKit) return { ...env, DOCKER_BUILDKIT: '0' };
  await mkdir(path.join(place, 'config/cli-plugins'), { recursive: true });
  await symlink(PLUGIN, path.join(place, 'config/cli-plugins/docker-buildx'));
  return { ...env, DOCKER_CONFIG: path.join(place, 'config') };
}

const ENGINES: readonly Row[] = [
  {
    title: 'the Docker of this machine',
    image: IMAGE,
    start: () => Promise.resolve((process.env.DOCKER_HOST ?? 'unix:///var/run/docker.sock').replace('unix://', '')),
    stop: () => Promise.resolve(),
  },
  podman('Podman, run by root', []),
  podman('Podman, run by a plain user', ['mix-release-rig']),
  containerd('a Docker with the containerd image store', false),
  containerd('a Docker with the containerd image store that builds by BuildKit', true),
];

describe.each(ENGINES)('$title', ({ image, buildKit = false, endsSteps = true, start, stop }) => {
  let subject: Subject;
  let second: Docker;
  const scope = new AsyncDisposableStack();

  beforeAll(async () => {
    const place = scope.use(await temporary());
    // Another user reads it, and reaches the engine's directory through this one.
    await chmod(place.path, 0o711);
    scope.defer(() => stop(place.path));
    const socket = await start(place.path);
    second = new Docker({ socketPath: socket });
    const env = await environmentFor(socket, buildKit, place.path);
    const archive = path.join(place.path, 'image.tar');
    await run('docker', ['save', '--output', archive, IMAGE]);
    await chmod(archive, 0o644);
    await run('docker', ['load', '--input', archive], { env: { ...process.env, ...env } });
    const engine = scope.use(await connectEngine(env));
    subject = {
      ...{ engine, image, platform: `linux/${engine.architecture}` },
      endContainer: async (id) => {
        await second.getContainer(id).kill();
      },
      connect: () => connectEngine(env),
      breaking: async (call, when) => {
        const proxy = scope.use(await breakingProxy(socket, call, when));
        return connectEngine({ ...env, DOCKER_HOST: proxy.host });
      },
    };
  }, 600_000);
  afterAll(async () => {
    await scope.disposeAsync();
  }, 120_000);

  it(buildKit ? 'builds images by BuildKit' : 'builds images by its older builder', async () => {
    expect(await subject.engine.images.buildKit()).toBe(buildKit);
  });

  it.each(ENGINE_CONTRACT.map(({ title, check }) => [title, check] as const))('%s', async (_, check) => {
    await check(subject);
  });

  it('ends what a build is doing that is cancelled, and all that it runs by', async () => {
    // Longer than the bound, and over soon where the engine lets the step go on.
    const word = `21.${String(randomInt(1e9))}`;
    const controller = new AbortController();
    const reason = new Error('cancelled by the test');
    const building = subject.engine.images.build(
      buildOf(subject, [`RUN sleep ${word}`], { signal: controller.signal, labels: { [word]: 'x' } }),
    );
    const ended = expect(building).rejects.toBe(reason);
    await until(async () => (await programs(`sleep\0${word}\0`)).length > 0, 60);
    const start = performance.now();
    controller.abort(reason);
    await ended;
    const isStep = (line: string): boolean => line.includes(`sleep\0${word}`) || line.includes(`sleep ${word}`);
    // Neither the step, nor a client that would wait for it, whose arguments have the label.
    await until(async () => (await programs(word)).every((line) => !endsSteps && isStep(line)), 7);
    expect(performance.now() - start).toBeLessThan(7000);
    await until(async () => (await programs(word)).length === 0, 30);
  }, 120_000);

  it('has nothing of the contract left', async () => {
    const labels = { 'mix-release-contract': true } as const;
    const { containers, volumes, networks, images } = subject.engine;
    const left = [
      containers.list({ labels }),
      volumes.list({ labels }),
      networks.list({ labels }),
      images.list({ labels }),
    ];
    expect((await Promise.all(left)).flat()).toEqual([]);
  });
});
