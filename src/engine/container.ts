import { finished } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { PassThrough, type Duplex, type Readable, type Writable } from 'node:stream';
import type Docker from 'dockerode';
import { MixReleaseError, messageOf } from '../errors.js';
import { engineError, statusOf, type Engine } from './engine.js';
import { splitLines } from './lines.js';

/** What a container is started with. */
export interface ContainerSpec {
  readonly image: string;
  /** A name that only one container can have at a time; undefined for one that the engine makes up. */
  readonly name?: string;
  /** `os/arch`, always passed to the engine. */
  readonly platform: string;
  /** `uid:gid` or a name. */
  readonly user: string;
  readonly labels: Record<string, string>;
  /**
   * Volume mounted at `path`, made with `labels` when it does not exist. Without a name, the engine makes one up, and
   * removes the volume with the container.
   */
  readonly volume?: { readonly name?: string; readonly path: string; readonly labels: Record<string, string> };
  /**
   * Whether it is closed: no network, and nothing to write to but the volume and `/tmp`, which is in memory. Its host
   * name leads to itself.
   */
  readonly sealed?: boolean;
}

/** One command for a running container: arguments, never a line for a shell. */
export interface Command {
  /** What it is called in messages. */
  readonly title: string;
  readonly argv: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** A command that runs and is talked to, until the end of the scope. */
export interface Talk extends AsyncDisposable {
  /** Its standard input. */
  readonly input: Writable;
  /** Its standard output; ends with it. */
  readonly output: Readable;
}

/** A container that lives as long as this object: it ends with our connection to it, whatever happens to us. */
export interface RunningContainer extends AsyncDisposable {
  readonly id: string;
  /** Runs a command, hands each line of its output to `onLine` as it comes, and returns its exit status. */
  run(command: Command, onLine: (line: string) => void): Promise<number>;
  /** Starts a command that reads from us and writes to us; `onLine` is told what it prints as errors. */
  talk(command: Command, onLine: (line: string) => void): Promise<Talk>;
  /** Unpacks a tar stream under `path`, which must exist. */
  put(archive: Readable, path: string): Promise<void>;
  /** The file or directory at `path` as a tar stream whose first entry is its base name. */
  get(path: string): Promise<Readable>;
  /** Ends everything in the container at once. */
  kill(): Promise<void>;
}

/** Exit status of a command that could not be started in the container. */
const NOT_STARTED = 127;

const SEALED_HOST = 'sealed';

// Without a network nobody but /etc/hosts knows the container's own name. Programs may be run from /tmp, as on a host.
const SEALED = {
  NetworkMode: 'none',
  ExtraHosts: [`${SEALED_HOST}:127.0.0.1`],
  ReadonlyRootfs: true,
  Tmpfs: { '/tmp': 'rw,exec,nosuid,nodev,mode=1777' },
};

/**
 * Starts a container whose first process only waits for its standard input to end. That input is our connection,
 * so that the container, made with automatic removal, is gone soon after this program is, even after a SIGKILL.
 *
 * @throws MixReleaseError from the engine; a name that is taken keeps the engine's status 409 as the cause.
 */
export async function startContainer(engine: Engine, spec: ContainerSpec): Promise<RunningContainer> {
  const container = await create(engine.docker, spec);
  try {
    const lifeline = (await container.attach({ stream: true, stdin: true, hijack: true })) as Duplex;
    lifeline.on('error', () => lifeline.destroy());
    lifeline.resume();
    await container.start();
    return runningContainer(engine, container, lifeline);
  } catch (error) {
    await removeContainer(container);
    throw engineError(error, `to start a container from ${spec.image}`);
  }
}

async function create(docker: Docker, spec: ContainerSpec): Promise<Docker.Container> {
  const volume = spec.volume;
  try {
    return await docker.createContainer({
      ...(spec.name === undefined ? {} : { name: spec.name }),
      ...(spec.sealed === true && { Hostname: SEALED_HOST }),
      platform: spec.platform,
      Image: spec.image,
      Entrypoint: [],
      Cmd: ['cat'],
      User: spec.user,
      Labels: spec.labels,
      OpenStdin: true,
      StdinOnce: true,
      AttachStdin: true,
      HostConfig: {
        Init: true,
        AutoRemove: true,
        CapDrop: ['ALL'],
        SecurityOpt: ['no-new-privileges'],
        LogConfig: { Type: 'none', Config: {} },
        ...(spec.sealed === true && SEALED),
        ...(volume && {
          // The engine takes a volume's options in part; the types ask for all of them.
          Mounts: [
            {
              Type: 'volume',
              ...(volume.name !== undefined && { Source: volume.name }),
              Target: volume.path,
              VolumeOptions: { Labels: volume.labels },
            },
          ] as unknown as Docker.MountSettings[],
        }),
      },
    });
  } catch (error) {
    throw engineError(error, `to create a container from ${spec.image}`);
  }
}

function runningContainer(engine: Engine, container: Docker.Container, lifeline: Duplex): RunningContainer {
  // The engine does not remove a container while it waits for a reader or a writer of its files.
  const streams = new Set<Readable>();
  const follow = (stream: Readable): Readable => {
    streams.add(stream);
    return stream.once('close', () => streams.delete(stream));
  };
  const end = async (): Promise<void> => {
    for (const stream of streams) stream.destroy(new Error('the container is being removed'));
    lifeline.destroy();
    await removeContainer(container);
  };
  return {
    id: container.id,
    run: (command, onLine) => run(engine, container, command, onLine),
    talk: (command, onLine) => talk(engine, container, command, onLine),
    put: async (archive, path) => {
      try {
        await container.putArchive(follow(archive), { path });
      } catch (error) {
        throw engineError(error, `to take files into ${path}`);
      }
    },
    get: async (path) => {
      try {
        return follow((await container.getArchive({ path })) as Readable);
      } catch (error) {
        throw engineError(error, `to hand out ${path}`);
      }
    },
    kill: end,
    [Symbol.asyncDispose]: end,
  };
}

async function run(
  engine: Engine,
  container: Docker.Container,
  command: Command,
  onLine: (line: string) => void,
): Promise<number> {
  const doing = `to run ${command.title}`;
  try {
    const exec = await container.exec(execOf(command));
    const stream = await exec.start({ hijack: true, stdin: false });
    const stdout = splitLines(onLine);
    const stderr = splitLines(onLine);
    engine.docker.modem.demuxStream(stream, stdout, stderr);
    await finished(stream, { writable: false });
    await Promise.all([finished(stdout.end()), finished(stderr.end())]);
    const { ExitCode, Running } = await exec.inspect();
    if (ExitCode === null || Running) throw vanished(doing);
    if (ExitCode === 137) await requireRunning(container, doing);
    return ExitCode;
  } catch (error) {
    if (statusOf(error) === 400 && /executable file not found|no such file/i.test(messageOf(error))) {
      onLine(messageOf(error));
      return NOT_STARTED;
    }
    if (isGone(error)) throw vanished(doing, error);
    throw engineError(error, doing);
  }
}

function execOf({ argv, env = {}, cwd }: Command): Docker.ExecCreateOptions {
  return {
    Cmd: [...argv],
    Env: Object.entries(env).map(([name, value]) => `${name}=${value}`),
    AttachStdout: true,
    AttachStderr: true,
    ...(cwd === undefined ? {} : { WorkingDir: cwd }),
  };
}

async function talk(
  engine: Engine,
  container: Docker.Container,
  command: Command,
  onLine: (line: string) => void,
): Promise<Talk> {
  const doing = `to run ${command.title}`;
  try {
    const exec = await container.exec({ ...execOf(command), AttachStdin: true });
    const stream = await exec.start({ hijack: true, stdin: true });
    const output = new PassThrough();
    const stderr = splitLines(onLine);
    engine.docker.modem.demuxStream(stream, output, stderr);
    // A connection that breaks ends what is read from it.
    stream.on('error', () => stream.destroy());
    stream.once('end', () => stream.destroy());
    stream.once('close', () => {
      output.end();
      stderr.end();
    });
    const close = async (): Promise<void> => {
      stream.end();
      await finished(output.resume()).catch(() => undefined);
    };
    return { input: stream, output, [Symbol.asyncDispose]: close };
  } catch (error) {
    if (isGone(error)) throw vanished(doing, error);
    throw engineError(error, doing);
  }
}

/** Whether an answer says that the container ended: it is unknown, stopped, or (with status 500) being removed. */
function isGone(error: unknown): boolean {
  const status = statusOf(error);
  return status === 404 || status === 409 || (status === 500 && /is not running/i.test(messageOf(error)));
}

/** A status of 137 is either the command's own or that of a container killed under it, which the engine notes later. */
async function requireRunning(container: Docker.Container, doing: string): Promise<void> {
  for (let look = 0; look < 5; look += 1) {
    const { State } = await container.inspect();
    if (!State.Running) throw vanished(doing);
    await sleep(200);
  }
}

function vanished(doing: string, cause?: unknown): MixReleaseError {
  return new MixReleaseError('engine-lost', {
    what: `the container went away while it was asked ${doing}`,
    next: 'Something outside ended it: look for the out-of-memory killer (`dmesg`), a `docker kill` or a restart of the engine.',
    cause,
  });
}

/**
 * Removes a container by force, with the volumes that have no name; one that is gone, or on its way out, is what was
 * wanted.
 */
export async function removeContainer(container: Docker.Container): Promise<void> {
  try {
    await removeSoon(container);
  } catch (error) {
    if (statusOf(error) === 404) return;
    if (statusOf(error) !== 409) throw engineError(error, 'to remove a container');
    await container.wait({ condition: 'removed' }).catch((waited: unknown) => {
      if (statusOf(waited) !== 404) throw engineError(waited, 'to remove a container');
    });
  }
}

/** Podman cannot kill what ends by itself at that very moment; a little later it knows that it ended. */
async function removeSoon(container: Docker.Container): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await container.remove({ force: true, v: true });
      return;
    } catch (error) {
      if (attempt === 10 || !messageOf(error).includes('state improper')) throw error;
      await sleep(200);
    }
  }
}
