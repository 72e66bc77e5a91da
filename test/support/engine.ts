import Docker from 'dockerode';
import { createReadStream } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { packFiles } from '../../src/archive/files.js';
import { consumeProgress } from '../../src/engine/progress.js';

export const docker = new Docker();

/** What of ours is in the engine: names of containers and volumes with our label, or with that of one run. */
export async function ours(
  run?: string,
  engine = docker,
): Promise<{ readonly containers: readonly string[]; readonly volumes: readonly string[] }> {
  const filters = { label: ['mix-release.kind', ...(run === undefined ? [] : [`mix-release.run=${run}`])] };
  const containers = await engine.listContainers({ all: true, filters });
  const { Volumes } = await engine.listVolumes({ filters });
  return {
    containers: containers.map(({ Names, Id }) => Names[0] ?? Id).sort(),
    volumes: Volumes.map(({ Name }) => Name).sort(),
  };
}

/** Waits until no container of ours, or of one run, is left; fails after the bound, naming what is. */
export async function noContainerWithin(seconds: number, run?: string): Promise<void> {
  await goneWithin(seconds, async () => (await ours(run)).containers);
}

/** The same with volumes: an engine may remove those of a container a moment after it. */
export async function nothingWithin(seconds: number, run?: string): Promise<void> {
  await goneWithin(seconds, async () => {
    const { containers, volumes } = await ours(run);
    return [...containers, ...volumes];
  });
}

async function goneWithin(seconds: number, left: () => Promise<readonly string[]>): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const names = await left();
    if (names.length === 0) return;
    if (Date.now() > deadline) throw new Error(`still there after ${String(seconds)} s: ${names.join(', ')}`);
    await sleep(100);
  }
}

/** A clean container with a release in `/srv/app`, unpacked from its tarball by the engine. */
export interface Host extends AsyncDisposable {
  /** Runs a command as nobody and returns its exit status and all that it printed. */
  run(argv: readonly string[], env?: Readonly<Record<string, string>>): Promise<{ status: number; output: string }>;
  /** Starts a command and leaves it running. */
  spawn(argv: readonly string[], env?: Readonly<Record<string, string>>): Promise<void>;
}

/**
 * A clean runtime image with packages of its system added, as people do for a release that needs OpenSSL; made once.
 */
export async function runtimeWith(base: string, ...packages: readonly string[]): Promise<string> {
  const tag = `mix-release-test/runtime:${[base, ...packages].join('-').replaceAll(/[^a-z0-9.]+/g, '-')}`;
  const there = await docker
    .getImage(tag)
    .inspect()
    .then(
      () => true,
      () => false,
    );
  if (there) return tag;
  const install = `apt-get update -qq && apt-get install -y -qq --no-install-recommends ${packages.join(' ')}`;
  const context = packFiles([{ path: 'Dockerfile', text: `FROM ${base}\nRUN ${install}\n` }]);
  await consumeProgress(await docker.buildImage(context, { t: tag, version: '1', rm: true, forcerm: true }));
  return tag;
}

/** Starts a container of a clean image and unpacks a tarball in it; `user` runs what is run there. */
export async function hostWith(image: string, tarball: string, user = 'nobody'): Promise<Host> {
  const container = await docker.createContainer({
    Image: image,
    // What it is made for; the engine's own platform is not always that.
    platform: await platformOf(image),
    Cmd: ['sleep', '600'],
    // A node looks its own host name up, and without a network nothing else would know it.
    Hostname: 'clean',
    HostConfig: { Init: true, AutoRemove: true, NetworkMode: 'none', ExtraHosts: ['clean:127.0.0.1'] },
  });
  await container.start();
  const exec = async (
    user: string,
    argv: readonly string[],
    env: Readonly<Record<string, string>>,
    detach: boolean,
  ) => {
    const created = await container.exec({
      Cmd: [...argv],
      User: user,
      Env: Object.entries({ RELEASE_TMP: '/tmp/app', HOME: '/tmp', LANG: 'C.UTF-8', ...env }).map(
        ([k, v]) => `${k}=${v}`,
      ),
      AttachStdout: !detach,
      AttachStderr: !detach,
      Tty: !detach,
    });
    if (detach) {
      (await created.start({ Detach: true })).resume();
      return { status: 0, output: '' };
    }
    const stream = await created.start({ hijack: true, stdin: false, Tty: true });
    let output = '';
    for await (const chunk of stream) output += (chunk as Buffer).toString();
    return { status: (await created.inspect()).ExitCode ?? -1, output: output.replaceAll('\r\n', '\n') };
  };
  await exec('root', ['mkdir', '-p', '/srv/app'], {}, false);
  await container.putArchive(createReadStream(tarball), { path: '/srv/app' });
  return {
    run: (argv, env = {}) => exec(user, argv, env, false),
    spawn: async (argv, env = {}) => {
      await exec(user, argv, env, true);
    },
    [Symbol.asyncDispose]: async () => {
      await container.remove({ force: true });
    },
  };
}

async function platformOf(image: string): Promise<string> {
  const { Os, Architecture } = await docker.getImage(image).inspect();
  return `${Os}/${Architecture}`;
}

/** Starts a release, waits until its node answers, asks it something, and stops it; fails with what was printed. */
export async function bootAndAsk(
  host: Host,
  name: string,
  expression: string,
  env: Readonly<Record<string, string>> = {},
  patience = 30,
): Promise<string> {
  const bin = `/srv/app/bin/${name}`;
  await host.spawn(['sh', '-c', 'exec "$0" start >/tmp/log 2>&1', bin], env);
  const deadline = Date.now() + patience * 1000;
  for (;;) {
    const { status, output } = await host.run([bin, 'rpc', expression], env);
    if (status === 0) {
      const stopped = await host.run([bin, 'stop'], env);
      if (stopped.status !== 0) throw new Error(`stop failed: ${stopped.output}`);
      return output;
    }
    if (Date.now() > deadline) {
      throw new Error(`no answer: ${output}\n${(await host.run(['cat', '/tmp/log'])).output}`);
    }
    await sleep(200);
  }
}
