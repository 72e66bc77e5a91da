import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { stripVTControlCharacters } from 'node:util';
import { MixReleaseError, messageOf } from '../errors.js';
import type { Engine } from '../engine/engine.js';
import { KIND_LABEL } from '../engine/labels.js';
import { keepLast, splitLines } from '../engine/lines.js';
import { consumeProgress } from '../engine/progress.js';

/** One image that is to be built. */
export interface DockerBuild {
  /** The Dockerfile's name as people know it, for messages. */
  readonly title: string;
  /** Tar stream with the Dockerfile and what it copies. */
  readonly context: Readable;
  /** Path of the Dockerfile in the context. */
  readonly dockerfile: string;
  readonly platform: string;
  readonly args: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
  readonly tag?: string;
  /** Whether the images that it starts from are asked for anew. */
  readonly pull?: boolean;
  /** What the person who reads a failure can do. */
  readonly next: string;
}

const OUTPUT_KEPT = 30;

/**
 * Builds an image in the engine.
 *
 * @returns its identifier
 * @throws MixReleaseError `builder-failed` with the last lines of the output
 */
export async function dockerBuild(
  { docker }: Engine,
  spec: DockerBuild,
  signal: AbortSignal,
  onLine: (line: string) => void,
): Promise<string> {
  const printed = keepLast(OUTPUT_KEPT, onLine);
  let id: string | undefined;
  try {
    const progress = await docker.buildImage(spec.context, {
      ...(spec.tag === undefined ? {} : { t: spec.tag }),
      // The classic builder: the other one wants a session with a client of its own.
      version: '1',
      dockerfile: spec.dockerfile,
      platform: spec.platform,
      buildargs: { ...spec.args },
      labels: { [KIND_LABEL]: 'builder', ...spec.labels },
      ...(spec.pull === true ? { pull: true } : {}),
      rm: true,
      forcerm: true,
      abortSignal: signal,
    });
    const lines = splitLines((line) => {
      // What a step says on standard error comes in colours.
      const plain = stripVTControlCharacters(line).trimEnd();
      if (plain !== '') printed.say(plain);
    });
    await consumeProgress(progress, ({ stream = '', aux }) => {
      id = aux?.ID ?? id;
      lines.write(Buffer.from(stream));
    });
    await finished(lines.end());
  } catch (error) {
    signal.throwIfAborted();
    throw failure(spec, shortened(messageOf(error)), printed.last, error);
  }
  if (id === undefined) throw failure(spec, 'the engine did not say what it built', printed.last);
  return id;
}

/** The engine repeats the whole step, which is in the output, too. */
function shortened(message: string): string {
  return message.replace(/^The command '[^]*' returned a non-zero code: (\d+)$/, 'a step ended with exit status $1');
}

function failure(
  { title, next }: DockerBuild,
  why: string,
  printed: readonly string[],
  cause?: unknown,
): MixReleaseError {
  return new MixReleaseError('builder-failed', {
    what: `the builder image could not be made by ${title}: ${why}`,
    next,
    output: printed,
    cause,
  });
}
