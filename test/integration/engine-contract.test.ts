import { execFile } from 'node:child_process';
import { chmod } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import Docker from 'dockerode';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connectEngine } from '../../src/engine/connect.js';
import { breakingProxy } from '../contract/engine/breaking-proxy.js';
import { ENGINE_CONTRACT } from '../contract/engine/contract.js';
import type { Subject } from '../contract/engine/subject.js';
import { temporary } from '../support/checkout.js';
import { ROOT } from '../support/cli.js';

const run = promisify(execFile);
const IMAGE = 'debian:trixie-slim';
const rig = (script: string): string => path.join(ROOT, 'test/rig', script);

/** An engine that is started for the contract. */
interface Row {
  readonly title: string;
  /** The reference that the image has in it. */
  readonly image: string;
  /** @returns path of its socket */
  readonly start: (directory: string) => Promise<string>;
  readonly stop: (directory: string) => Promise<void>;
}

const podman = (title: string, user: readonly string[]): Row => ({
  title,
  image: `localhost/${IMAGE}`,
  start: async (directory) => {
    await run(rig('podman.sh'), ['start', path.join(directory, 'podman'), ...user]);
    return path.join(directory, 'podman/socket');
  },
  stop: async (directory) => {
    await run(rig('podman.sh'), ['stop', path.join(directory, 'podman'), ...user]);
  },
});

const ENGINES: readonly Row[] = [
  {
    title: 'the Docker of this machine',
    image: IMAGE,
    start: () => Promise.resolve((process.env.DOCKER_HOST ?? 'unix:///var/run/docker.sock').replace('unix://', '')),
    stop: () => Promise.resolve(),
  },
  podman('Podman, run by root', []),
  podman('Podman, run by a plain user', ['mix-release-rig']),
  {
    title: 'a Docker with the containerd image store',
    image: IMAGE,
    start: async () => {
      const { stdout } = await run(rig('containerd-engine.sh'), ['start']);
      return /^DOCKER_HOST=unix:\/\/(.+)$/m.exec(stdout)?.[1] ?? '';
    },
    stop: async () => {
      await run(rig('containerd-engine.sh'), ['stop']);
    },
  },
];

describe.each(ENGINES)('$title', ({ image, start, stop }) => {
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
    const env = { DOCKER_HOST: `unix://${socket}` };
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
        return connectEngine({ DOCKER_HOST: proxy.host });
      },
    };
  }, 600_000);
  afterAll(async () => {
    await scope.disposeAsync();
  }, 120_000);

  it.each(ENGINE_CONTRACT.map(({ title, check }) => [title, check] as const))('%s', async (_, check) => {
    await check(subject);
  });

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
