import { createHash } from 'node:crypto';
import { MixReleaseError, messageOf } from '../errors.js';
import { startContainer } from '../engine/container.js';
import type { Engine } from '../engine/engine.js';
import { KIND_LABEL, labels } from '../engine/labels.js';
import { packFiles } from '../archive/files.js';
import type { Target } from '../targets/table.js';
import { inspect, requireImage, type Image } from './image.js';
import { probe, requireMatch } from './probe.js';
import gnuDockerfile from '../../dockerfiles/gnu.Dockerfile';

/** Owner of everything in a build: the plain user of our Dockerfiles. */
export const BUILDER_UID = 10001;

const REPOSITORY = 'mix-release-builder';
const OUTPUT_KEPT = 30;

/** A builder image that is present, and the base image that it was made from. */
export interface Builder {
  /** Tag in the engine. */
  readonly tag: string;
  readonly base: Image;
}

/** What the choice of a builder image needs to know. */
export interface BuilderRequest {
  readonly image: string;
  readonly target: Target;
  readonly run: string;
}

/**
 * The builder image for a base image: found by the hash of what it is made of, or made now.
 *
 * @throws MixReleaseError with exit status 4
 */
export async function requireBuilder(
  engine: Engine,
  request: BuilderRequest,
  signal: AbortSignal,
  onLine: (line: string) => void,
): Promise<Builder> {
  const base = await requireImage(engine, request.image, request.target, signal, onLine);
  const tag = `${REPOSITORY}:${recipeHash(base)}`;
  if (await inspect(engine, tag)) return { tag, base };
  await probeBase(engine, base, request);
  onLine(`building ${tag} from ${base.reference}`);
  await buildImage(engine, base, tag, request.target, signal, onLine);
  return { tag, base };
}

function recipeHash(base: Image): string {
  return createHash('sha256').update(`${base.id}\n${gnuDockerfile}`).digest('hex').slice(0, 16);
}

/** A base that cannot be right is refused before anything is installed on it. */
async function probeBase(engine: Engine, base: Image, { target, run }: BuilderRequest): Promise<void> {
  await using container = await startProbe(engine, base, target, run);
  requireMatch(await probe(container, base.reference), target, base.reference);
}

async function startProbe(engine: Engine, base: Image, target: Target, run: string) {
  try {
    return await startContainer(engine, {
      image: base.id,
      platform: target.platform,
      user: `${String(BUILDER_UID)}:${String(BUILDER_UID)}`,
      labels: labels('probe', run),
    });
  } catch (error) {
    if (!/executable file not found|no such file|exec format error/i.test(messageOf(error))) throw error;
    throw new MixReleaseError('image-without-mix', {
      what: `image ${base.reference} cannot run a build: ${messageOf(error)}`,
      next: 'Use an image that has Erlang, Elixir and Mix, such as hexpm/elixir or elixir.',
      cause: error,
    });
  }
}

async function buildImage(
  { docker }: Engine,
  base: Image,
  tag: string,
  target: Target,
  signal: AbortSignal,
  onLine: (line: string) => void,
): Promise<void> {
  const printed: string[] = [];
  const context = packFiles([{ path: 'Dockerfile', text: gnuDockerfile }]);
  try {
    const progress = await docker.buildImage(context, {
      t: tag,
      version: '1',
      platform: target.platform,
      buildargs: { BASE: base.id },
      labels: { [KIND_LABEL]: 'builder' },
      rm: true,
      forcerm: true,
      abortSignal: signal,
    });
    await new Promise<void>((resolve, reject) => {
      docker.modem.followProgress(
        progress,
        (error) => {
          if (error) reject(error);
          else resolve();
        },
        (event: { stream?: string }) => {
          for (const line of (event.stream ?? '').split('\n').filter((each) => each.trim() !== '')) {
            printed.push(line);
            onLine(line);
          }
        },
      );
    });
  } catch (error) {
    signal.throwIfAborted();
    throw new MixReleaseError('builder-failed', {
      what: `the builder image could not be made from ${base.reference}: ${messageOf(error)}`,
      next: 'The output above is that of dockerfiles/gnu.Dockerfile; it needs a Debian or Ubuntu base and its package mirror.',
      output: printed.slice(-OUTPUT_KEPT),
      cause: error,
    });
  }
}
