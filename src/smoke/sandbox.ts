import { couldNotRun } from '../builder/could-not-run.js';
import type { NetworkSpec, RunningContainer } from '../engine/container.js';
import type { Engine } from '../engine/engine.js';
import { labels } from '../engine/labels.js';
import { MixReleaseError, messageOf } from '../errors.js';
import { packRelease } from './pack.js';

const SANDBOX = '/smoke';
/** The release's path in the container. */
export const RELEASE = `${SANDBOX}/release`;
/** Erlang's configuration of names, for commands that ask a node. */
export const NAMES = `${SANDBOX}/names`;
/** The path of the user's script. */
export const SCRIPT = `${SANDBOX}/smoke-test`;

/** A sandbox to open. */
export interface SandboxSpec {
  /** Identifier of the image in the engine. */
  readonly image: string;
  /** Its name, for messages. */
  readonly reference: string;
  readonly platform: string;
  readonly run: string;
  /** The unpacked release. */
  readonly directory: string;
  /** Whether the release belongs to the user that runs it, instead of root. */
  readonly writable: boolean;
  /** The network of its services; undefined for none. */
  readonly network: NetworkSpec | undefined;
}

/** The user that a release is run by. */
const USER = 10001;

/**
 * A container without a network but that of its services, in which only `/tmp` is writable, with a release that belongs
 * to root unless it is writable, too.
 * It is removed, with its volume, when the signal is aborted, and at the end of its scope.
 *
 * @throws MixReleaseError `runtime-image-unusable`, or from the engine
 */
export async function openSandbox(engine: Engine, spec: SandboxSpec, signal: AbortSignal): Promise<RunningContainer> {
  const container = await start(engine, spec);
  const kill = (): void => void container.kill().catch(() => undefined);
  signal.addEventListener('abort', kill);
  const close = async (): Promise<void> => {
    signal.removeEventListener('abort', kill);
    await container[Symbol.asyncDispose]();
  };
  try {
    signal.throwIfAborted();
    await container.put(packRelease(spec.directory, 'release', spec.writable ? USER : undefined), SANDBOX);
  } catch (error) {
    await close();
    throw error;
  }
  return { ...container, [Symbol.asyncDispose]: close };
}

async function start(
  engine: Engine,
  { image, reference, platform, run, network }: SandboxSpec,
): Promise<RunningContainer> {
  try {
    const container = await engine.containers.start({
      image,
      platform,
      user: `${String(USER)}:${String(USER)}`,
      labels: labels('smoke', run),
      volume: { path: SANDBOX, labels: labels('smoke', run) },
      sealed: true,
      ...(network && { network }),
    });
    return container;
  } catch (error) {
    if (!couldNotRun(error)) throw error;
    throw unusableImage(reference, error);
  }
}

/** The error for an image that cannot run commands. */
export function unusableImage(reference: string, error: unknown): MixReleaseError {
  return new MixReleaseError('runtime-image-unusable', {
    what: `the runtime image ${reference} cannot run commands: ${messageOf(error)}`,
    next: 'A release starts with a shell script: name an image with sh and cat with runtime-image, or skip the smoke test with smoke-test: off.',
    cause: error,
  });
}
