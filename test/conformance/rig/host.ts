import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import type Docker from 'dockerode';
import { docker } from '../../support/engine.js';
import { Seen } from './seen.js';

/** How a command ended. */
export interface Ran {
  readonly status: number;
  readonly stdout: string;
  /** Both streams, standard output first. */
  readonly output: string;
}

/** A command that was left running. */
export interface Spawned {
  /** Exit status; undefined while it runs. */
  status(): Promise<number | undefined>;
}

/** Options of one command in a host. */
export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** `nobody` unless told otherwise. */
  readonly user?: 'root';
}

/** What is waited for on a terminal, and the line that is typed then, if any. */
export interface Typed {
  readonly after: RegExp;
  readonly line?: string;
}

/** A container of a clean image, or of the builder's base image, in which releases lie below `/srv`. */
export interface Host extends AsyncDisposable {
  run(argv: readonly string[], options?: RunOptions): Promise<Ran>;
  /** Runs a command on a terminal and types lines, each after what it waits for was printed; returns all that was printed. */
  type(argv: readonly string[], dialogue: readonly Typed[], options?: RunOptions): Promise<string>;
  spawn(argv: readonly string[], options?: RunOptions): Promise<Spawned>;
  /** Unpacks a tarball into a directory, which is made. */
  unpack(tarball: string, directory: string): Promise<void>;
}

/** Containers that run, by their removal. */
const running = new Set<() => Promise<unknown>>();

/** Removes every host: for a process that ends before its scopes do. */
export async function removeHosts(): Promise<void> {
  await Promise.allSettled([...running].map((remove) => remove()));
}

/** Seconds that a container lives when nobody ends it. */
const LIFE = 3600;
/** Seconds that one command may take. */
const PATIENCE = 90;
const NAME = 'clean';

/** What a host is started from. */
export interface HostSpec extends Docker.HostConfig {
  readonly image: string;
  /** Left out of what commands print. */
  readonly noise?: RegExp | undefined;
  /** Whether `nobody` owns what is unpacked; otherwise root does, and `nobody` can write nothing there. */
  readonly owned?: boolean;
}

/** Starts a container of an image. Nothing is in its network but itself. */
export async function startHost({ image, noise, owned = false, ...extra }: HostSpec): Promise<Host> {
  const container = await docker.createContainer({
    Image: image,
    Entrypoint: ['sleep', String(LIFE)],
    Cmd: [],
    // A node looks its own host name up, and without a network nothing else would know it.
    Hostname: NAME,
    HostConfig: { Init: true, AutoRemove: true, NetworkMode: 'none', ExtraHosts: [`${NAME}:127.0.0.1`], ...extra },
  });
  running.add(() => container.remove({ force: true }));
  await container.start();
  return hostIn(container, noise, owned);
}

/**
 * Starts a container in which nothing can be written but `/tmp`, with what a tarball holds in a directory.
 */
export async function startReadOnlyHost(spec: HostSpec, tarball: string, directory: string): Promise<Host> {
  const volume = `mix-release-conformance-${randomUUID()}`;
  await docker.createVolume({ Name: volume });
  const mount = { Type: 'volume', Source: volume, Target: directory } as const;
  {
    await using writable = await startHost({ ...spec, Mounts: [mount] });
    await writable.unpack(tarball, directory);
  }
  const host = await startHost({
    ...spec,
    Mounts: [{ ...mount, ReadOnly: true }],
    ReadonlyRootfs: true,
    Tmpfs: { '/tmp': 'mode=1777' },
  });
  return {
    ...host,
    [Symbol.asyncDispose]: async () => {
      await host[Symbol.asyncDispose]();
      await docker.getVolume(volume).remove({ force: true });
    },
  };
}

function hostIn(container: Docker.Container, noise: RegExp | undefined, owned: boolean): Host {
  const withoutNoise = (printed: string): string => (noise ? printed.replaceAll(noise, '') : printed);

  const exec = (argv: readonly string[], options: RunOptions, streams: Docker.ExecCreateOptions) =>
    container.exec({
      Cmd: [...argv],
      User: options.user ?? 'nobody',
      Env: environment(options.env),
      ...streams,
    });

  async function run(argv: readonly string[], options: RunOptions = {}): Promise<Ran> {
    const bounded = ['timeout', String(PATIENCE), ...argv];
    const created = await exec(bounded, options, { AttachStdout: true, AttachStderr: true });
    const stream = await created.start({ hijack: true, stdin: false });
    const [out, err] = [new PassThrough(), new PassThrough()];
    docker.modem.demuxStream(stream, out, err);
    stream.on('end', () => {
      out.end();
      err.end();
    });
    const [stdout, stderr] = (await Promise.all([text(out), text(err)])).map(withoutNoise) as [string, string];
    return { status: (await created.inspect()).ExitCode ?? -1, stdout, output: stdout + stderr };
  }

  return {
    run,
    async type(argv, dialogue, options = {}) {
      const streams = { AttachStdout: true, AttachStderr: true, AttachStdin: true, Tty: true };
      const created = await exec(argv, options, streams);
      const stream = await created.start({ hijack: true, stdin: true, Tty: true });
      let printed = '';
      stream.on('data', (chunk: Buffer) => (printed += chunk.toString()));
      let from = 0;
      let ended = false;
      stream.once('end', () => (ended = true));
      for (const { after, line } of dialogue) {
        await until(
          () => ended || after.test(printed.slice(from)),
          `${String(after)} in ${JSON.stringify(printed.slice(from))}`,
        );
        from = printed.length;
        if (line !== undefined) stream.write(`${line}\r`);
      }
      stream.destroy();
      return printed.replaceAll('\r\n', '\n');
    },
    async spawn(argv, options = {}) {
      const created = await exec(argv, options, { AttachStdout: false, AttachStderr: false, Tty: false });
      (await created.start({ Detach: true })).resume();
      return {
        status: async () => {
          const { Running, ExitCode } = await created.inspect();
          return Running ? undefined : (ExitCode ?? -1);
        },
      };
    },
    async unpack(tarball, directory) {
      const { status, output } = await run(['mkdir', '-p', directory], { user: 'root' });
      if (status !== 0) throw new Seen(`mkdir: ${output}`);
      await container.putArchive(createReadStream(tarball), { path: directory });
      if (!owned) return;
      const chown = await run(['chown', '-R', 'nobody', directory], { user: 'root' });
      if (chown.status !== 0) throw new Seen(`chown: ${chown.output}`);
    },
    [Symbol.asyncDispose]: async () => {
      await container.remove({ force: true }).catch(() => undefined);
    },
  };
}

function environment(env: Readonly<Record<string, string>> = {}): string[] {
  return Object.entries({ HOME: '/tmp', LANG: 'C.UTF-8', ...env }).map(([name, value]) => `${name}=${value}`);
}

/**
 * Waits until something is so.
 *
 * @throws Seen `no WHAT` when it is not within the patience that one command has
 */
export async function until(holds: () => boolean | Promise<boolean>, what: string, seconds = PATIENCE): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Seen(`no ${what} within ${String(seconds)} s`);
    await sleep(100);
  }
}
