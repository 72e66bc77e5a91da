import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { stripVTControlCharacters } from 'node:util';
import { MixReleaseError } from '../errors.js';
import type { Engine } from '../engine/engine.js';
import { KIND_LABEL } from '../engine/labels.js';
import { keepLast, splitLines } from '../engine/lines.js';
import { reasonOf } from '../engine/failure.js';

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
  engine: Engine,
  spec: DockerBuild,
  signal: AbortSignal,
  onLine: (line: string) => void,
): Promise<string> {
  const { context, dockerfile, platform, args, tag, pull = false } = spec;
  const printed = keepLast(OUTPUT_KEPT, onLine);
  const lines = splitLines((line) => {
    // What a step says on standard error comes in colours.
    const plain = stripVTControlCharacters(line).trimEnd();
    if (plain !== '') printed.say(plain);
  });
  try {
    return await engine.images.build({
      ...{ context, dockerfile, platform, args, tag, pull, signal },
      labels: { [KIND_LABEL]: 'builder', ...spec.labels },
      onOutput: (text) => void lines.write(Buffer.from(text)),
    });
  } catch (error) {
    signal.throwIfAborted();
    // An engine that went away did not judge the Dockerfile.
    if (error instanceof MixReleaseError && error.code === 'engine-connection-lost') throw error;
    throw failure(spec, shortened(reasonOf(error)), printed.last, error);
  } finally {
    await finished(lines.end());
  }
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
