import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { stripVTControlCharacters } from 'node:util';
import { MAKING_IMAGES } from '../causes/building/rules.js';
import { adviceFor, because, likelyCauses } from '../causes/find.js';
import { MixReleaseError } from '../errors.js';
import type { Engine } from '../engine/engine.js';
import { KIND_LABEL } from '../engine/labels.js';
import { keepLast, splitLines } from '../engine/lines.js';
import { reasonOf } from '../engine/failure.js';

/** An image to build. */
export interface DockerBuild {
  /** The Dockerfile's name in messages. */
  readonly title: string;
  /** Tar stream of the Dockerfile and the files that it copies. */
  readonly context: Readable;
  /** Path of the Dockerfile in the context. */
  readonly dockerfile: string;
  readonly platform: string;
  readonly args: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
  readonly tag?: string;
  /** Whether its base images are pulled again. */
  readonly pull?: boolean;
  /** The advice in the error of a failed build. */
  readonly next: string;
}

const MAX_OUTPUT = 30;

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
  const printed = keepLast(MAX_OUTPUT, onLine);
  const lines = splitLines((line) => {
    // The engine colours a step's standard error.
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
    // A lost connection is no fault of the Dockerfile.
    if (error instanceof MixReleaseError && error.code === 'engine-connection-lost') throw error;
    throw failure(spec, shortReason(reasonOf(error)), printed.last, error);
  } finally {
    await finished(lines.end());
  }
}

// Of the older builder, and of BuildKit.
const STEP_FAILED =
  /^(?:The command '[^]*' returned a non-zero code|process "[^]*" did not complete successfully: exit code): (\d+)$/;

/** Without the text of the failed step, which the engine repeats and the output already has. */
function shortReason(message: string): string {
  return message.replace(STEP_FAILED, 'a step ended with exit status $1');
}

function failure(
  { title, next }: DockerBuild,
  why: string,
  printed: readonly string[],
  cause?: unknown,
): MixReleaseError {
  const causes = likelyCauses(MAKING_IMAGES, [...printed, why]);
  return new MixReleaseError('builder-failed', {
    what: `the builder image could not be built from ${title}: ${why}${because(causes)}`,
    next: adviceFor(causes) ?? next,
    output: printed,
    cause,
  });
}
