import { createHash } from 'node:crypto';
import { MixReleaseError, messageOf } from '../errors.js';
import { startContainer } from '../engine/container.js';
import { statusOf, type Engine } from '../engine/engine.js';
import { BASE_LABEL, KIND_LABEL, labels } from '../engine/labels.js';
import { followed } from '../engine/progress.js';
import { packFiles } from '../archive/files.js';
import type { Target } from '../targets/table.js';
import { inspect, requireImage, type Image } from './image.js';
import { probe, requireMatch } from './probe.js';
import gnuDockerfile from '../../dockerfiles/gnu.Dockerfile';
import muslDockerfile from '../../dockerfiles/musl.Dockerfile';
import builderTasks from './elixir/tasks.ex';

/** Owner of everything in a build: the plain user of our Dockerfiles. */
export const BUILDER_UID = 10001;

const REPOSITORY = 'mix-release-builder';
const OUTPUT_KEPT = 30;

const DOCKERFILES: Readonly<Record<Target['libc'], { readonly name: string; readonly text: string }>> = {
  glibc: { name: 'dockerfiles/gnu.Dockerfile', text: gnuDockerfile },
  musl: { name: 'dockerfiles/musl.Dockerfile', text: muslDockerfile },
};

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
  /** How the network is reached, for the steps of the Dockerfile: `HTTP_PROXY` and the like. */
  readonly proxies: Readonly<Record<string, string>>;
  /** Where the logins of registries are looked up: `DOCKER_CONFIG`, `HOME`. */
  readonly env: Readonly<Record<string, string | undefined>>;
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
  const base = await requireImage(engine, request, signal, onLine);
  const tag = `${REPOSITORY}:${recipeHash(base, request.target)}`;
  if (await inspect(engine, tag)) return { tag, base };
  await probeBase(engine, base, request, onLine);
  onLine(`building ${tag} from ${base.reference}`);
  await buildImage(engine, base, tag, request, signal, onLine);
  return { tag, base };
}

function recipeHash(base: Image, { libc }: Target): string {
  return createHash('sha256')
    .update([base.id, DOCKERFILES[libc].text, builderTasks].join('\n'))
    .digest('hex')
    .slice(0, 16);
}

/** A base that cannot be right is refused before anything is installed on it. */
async function probeBase(
  engine: Engine,
  base: Image,
  { target, run }: BuilderRequest,
  onLine: (line: string) => void,
): Promise<void> {
  const user = `${String(BUILDER_UID)}:${String(BUILDER_UID)}`;
  const spec = { image: base.id, platform: target.platform, user, labels: labels('probe', run) };
  try {
    await using container = await startContainer(engine, spec);
    requireMatch(await probe(container, base.reference, onLine), target, base.reference);
  } catch (error) {
    if (!couldNotRun(error)) throw error;
    throw new MixReleaseError('image-without-mix', {
      what: `nothing can be run in image ${base.reference}: ${messageOf(error)}`,
      next: 'Use an image that has Erlang, Elixir and Mix, such as hexpm/elixir or elixir.',
      cause: error,
    });
  }
}

/** An image without the plainest programs: its container does not start, or has ended before it is asked anything. */
function couldNotRun(error: unknown): boolean {
  if (!(error instanceof MixReleaseError)) return false;
  // The engine answered that the container is gone, or it went during the probe; a lost connection has no status.
  const ended = error.code === 'engine-lost' && (error.cause === undefined || statusOf(error.cause) !== undefined);
  return ended || /executable file not found|no such file|exec format error/i.test(error.message);
}

async function buildImage(
  { docker }: Engine,
  base: Image,
  tag: string,
  request: BuilderRequest,
  signal: AbortSignal,
  onLine: (line: string) => void,
): Promise<void> {
  const printed: string[] = [];
  const dockerfile = DOCKERFILES[request.target.libc];
  const context = packFiles([
    { path: 'Dockerfile', text: dockerfile.text },
    { path: 'tasks.ex', text: builderTasks },
  ]);
  try {
    const progress = await docker.buildImage(context, {
      t: tag,
      version: '1',
      platform: request.target.platform,
      buildargs: { BASE: base.id, ...request.proxies },
      labels: { [KIND_LABEL]: 'builder', [BASE_LABEL]: base.reference },
      rm: true,
      forcerm: true,
      abortSignal: signal,
    });
    await followed(docker, progress, ({ stream = '' }) => {
      for (const line of stream.split('\n').filter((each) => each.trim() !== '')) {
        printed.push(line);
        onLine(line);
      }
    });
  } catch (error) {
    signal.throwIfAborted();
    throw new MixReleaseError('builder-failed', {
      what: `the builder image could not be made from ${base.reference}: ${messageOf(error)}`,
      next: `The output above is that of ${dockerfile.name}; it needs ${request.target.systems.join(' or ')} as its base, and that system's package mirror.`,
      output: printed.slice(-OUTPUT_KEPT),
      cause: error,
    });
  }
}
