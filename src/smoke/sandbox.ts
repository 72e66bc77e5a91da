import { couldNotRun } from '../builder/could-not-run.js';
import type { RunningContainer } from '../engine/container.js';
import type { Engine } from '../engine/engine.js';
import { labels } from '../engine/labels.js';
import { MixReleaseError, messageOf } from '../errors.js';
import { packRelease } from './pack.js';

const ROOM = '/smoke';
/** Where the release lies in the container. */
export const RELEASE = `${ROOM}/release`;
/** Where a script of the user's lies. */
export const SCRIPT = `${ROOM}/smoke-test`;

/** What is run in, and by whom. */
export interface SandboxSpec {
  /** Identifier of the image in the engine. */
  readonly image: string;
  /** Its name, for messages. */
  readonly reference: string;
  readonly platform: string;
  readonly run: string;
  /** The unpacked release. */
  readonly directory: string;
}

/**
 * A container without a network in which nothing but `/tmp` can be written, with a release in it that belongs to root.
 * It goes with the signal, and at the end of its scope; its volume goes with it.
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
    await container.put(packRelease(spec.directory, 'release'), ROOM);
  } catch (error) {
    await close();
    throw error;
  }
  return { ...container, [Symbol.asyncDispose]: close };
}

async function start(engine: Engine, { image, reference, platform, run }: SandboxSpec): Promise<RunningContainer> {
  try {
    const container = await engine.containers.start({
      image,
      platform,
      user: '10001:10001',
      labels: labels('smoke', run),
      volume: { path: ROOM, labels: labels('smoke', run) },
      sealed: true,
    });
    return container;
  } catch (error) {
    if (!couldNotRun(error)) throw error;
    throw unfit(reference, error);
  }
}

/** The error for an image in which nothing can be run. */
export function unfit(reference: string, error: unknown): MixReleaseError {
  return new MixReleaseError('runtime-image-unusable', {
    what: `nothing can be run in the runtime image ${reference}: ${messageOf(error)}`,
    next: 'The programs of a release are shell scripts: name an image with sh and cat with runtime-image, or leave the smoke test out with smoke-test: off.',
    cause: error,
  });
}
