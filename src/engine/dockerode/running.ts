import { finished, pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { PassThrough, type Duplex, type Readable } from 'node:stream';
import type Docker from 'dockerode';
import { messageOf } from '../../errors.js';
import { NOT_STARTED, type Command, type RunningContainer, type StillContainer, type Talk } from '../container.js';
import { answeredStatus, containerGone, engineError, lost } from '../failure.js';
import { splitLines } from '../lines.js';
import { separateStreams } from './frames.js';

/** @param lifeline - the standard input of its first process, which ends with it */
export function runningContainer(
  container: Docker.Container,
  lifeline: Duplex,
  remove: () => Promise<void>,
): RunningContainer {
  const streams = openStreams();
  const end = async (): Promise<void> => {
    streams.destroy();
    lifeline.destroy();
    await remove();
  };
  return {
    id: container.id,
    run: (command, onLine) => run(container, command, onLine),
    talk: (command, onLine) => talk(container, command, onLine),
    put: (archive, path) => put(container, streams.follow(archive), path),
    get: (path) => get(container, path, streams),
    kill: end,
    [Symbol.asyncDispose]: end,
  };
}

/** A container that was never started. */
export function stillContainer(container: Docker.Container, remove: () => Promise<void>): StillContainer {
  const streams = openStreams();
  return {
    id: container.id,
    get: (path) => get(container, path, streams),
    [Symbol.asyncDispose]: async () => {
      streams.destroy();
      await remove();
    },
  };
}

/** The engine does not remove a container while it waits for a reader or a writer of its files. */
function openStreams(): { readonly follow: <T extends Readable>(stream: T) => T; readonly destroy: () => void } {
  const streams = new Set<Readable>();
  return {
    follow: (stream) => {
      streams.add(stream);
      return stream.once('close', () => streams.delete(stream));
    },
    destroy: () => {
      for (const stream of streams) stream.destroy(containerGone('for its files, because it was removed'));
    },
  };
}

async function get(
  container: Docker.Container,
  path: string,
  { follow }: ReturnType<typeof openStreams>,
): Promise<Readable> {
  const doing = `to hand out ${path}`;
  try {
    return withOurErrors(follow((await container.getArchive({ path })) as Readable), doing);
  } catch (error) {
    throw engineError(error, doing);
  }
}

async function put(container: Docker.Container, archive: Readable, path: string): Promise<void> {
  try {
    // The entries' own owners: Podman would give them the container's user.
    await container.putArchive(archive, { path, copyUIDGID: 'false' });
  } catch (error) {
    // What went wrong on this side is nothing that the engine did.
    throw archive.errored ?? engineError(error, `to take files into ${path}`);
  } finally {
    archive.destroy();
  }
}

/** A stream of the engine whose reader learns that it was the engine's, where it breaks. */
function withOurErrors(stream: Readable, doing: string): Readable {
  const out = new PassThrough();
  // Who begins to read after it broke finds the error on it.
  out.on('error', () => undefined);
  stream.once('error', (error) => out.destroy(engineError(error, doing)));
  stream.once('close', () => {
    if (!stream.readableEnded) out.destroy(lost(doing, 'its answer broke off'));
  });
  out.once('close', () => stream.destroy());
  return stream.pipe(out);
}

/** What an engine says of a program that is not in the container. */
export const NO_PROGRAM = /executable file not found|no such file/i;

async function run(container: Docker.Container, command: Command, onLine: (line: string) => void): Promise<number> {
  const doing = `to run ${command.title}`;
  try {
    const exec = await container.exec(execOf(command));
    const stream = await exec.start({ hijack: true, stdin: false });
    let last = '';
    const kept = (line: string): void => {
      last = line;
      onLine(line);
    };
    const [stdout, stderr] = [splitLines(kept), splitLines(kept)];
    await pipeline(stream, separateStreams(stdout, stderr));
    await Promise.all([finished(stdout.end()), finished(stderr.end())]);
    const { ExitCode, Running } = await exec.inspect();
    if (ExitCode === null || Running) throw containerGone(doing);
    if (ExitCode === 137) await requireRunning(container, doing);
    // Some engines say so on the stream of the command, and give it the status of what may not be run.
    return last.startsWith('OCI runtime exec failed') && NO_PROGRAM.test(last) ? NOT_STARTED : ExitCode;
  } catch (error) {
    if (answeredStatus(error) === 400 && NO_PROGRAM.test(messageOf(error))) {
      onLine(messageOf(error));
      return NOT_STARTED;
    }
    throw goneOr(error, doing);
  }
}

export function execOf({ argv, env = {}, cwd }: Command): Docker.ExecCreateOptions {
  return {
    Cmd: [...argv],
    Env: Object.entries(env).map(([name, value]) => `${name}=${value}`),
    AttachStdout: true,
    AttachStderr: true,
    ...(cwd !== undefined && { WorkingDir: cwd }),
  };
}

async function talk(container: Docker.Container, command: Command, onLine: (line: string) => void): Promise<Talk> {
  const doing = `to run ${command.title}`;
  try {
    const exec = await container.exec({ ...execOf(command), AttachStdin: true });
    const stream = await exec.start({ hijack: true, stdin: true });
    const output = new PassThrough();
    const stderr = splitLines(onLine);
    stream.pipe(separateStreams(output, stderr), { end: false });
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
    throw goneOr(error, doing);
  }
}

/** Whether an answer says that the container ended: it is unknown, stopped, or (with status 500) gone meanwhile. */
export function goneOr(error: unknown, doing: string): unknown {
  const status = answeredStatus(error);
  const ended = status === 500 && /is not running|no such container/i.test(messageOf(error));
  const gone = status === 404 || status === 409 || ended;
  return gone ? containerGone(doing, status, error) : engineError(error, doing);
}

/** A status of 137 is either the command's own or that of a container killed under it, which the engine notes later. */
async function requireRunning(container: Docker.Container, doing: string): Promise<void> {
  for (let look = 0; look < 5; look += 1) {
    const { State } = await container.inspect();
    if (!State.Running) throw containerGone(doing);
    await sleep(200);
  }
}
