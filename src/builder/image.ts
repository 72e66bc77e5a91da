import type Docker from 'dockerode';
import { MixReleaseError, messageOf } from '../errors.js';
import { engineError, statusOf, type Engine } from '../engine/engine.js';
import { credentialsFor, engineAuth, type EngineAuth } from '../registry/credentials.js';
import { parseReference } from '../registry/reference.js';
import { followed } from '../engine/progress.js';
import type { Target } from '../targets/table.js';

/** What is asked for. */
export interface ImageRequest {
  readonly image: string;
  readonly target: Target;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** An image that is present in the engine. */
export interface Image {
  readonly reference: string;
  /** The image's identifier in the engine: `sha256:` and 64 hex digits. */
  readonly id: string;
  /** Digest of its manifest where a registry gave one, else its identifier. */
  readonly digest: string;
}

/**
 * The image by that reference, pulled when it is not in the engine.
 *
 * @throws MixReleaseError `image-not-found`, `image-registry-outage` or `image-wrong-platform`
 */
export async function requireImage(
  engine: Engine,
  { image: reference, target, env }: ImageRequest,
  signal: AbortSignal,
  onProgress: (line: string) => void,
): Promise<Image> {
  const local = await inspect(engine, reference);
  if (local) return checked(local, reference, target);
  onProgress(`pulling ${reference}`);
  const authconfig = await login(reference, env, signal, onProgress);
  await pull(engine, reference, { platform: target.platform, abortSignal: signal, ...authconfig }, signal);
  const pulled = await inspect(engine, reference);
  if (!pulled) throw notFound(reference, 'the engine pulled it and does not have it');
  return checked(pulled, reference, target);
}

/** What the engine knows of an image, or undefined when it does not have it. */
export async function inspect({ docker }: Engine, reference: string): Promise<Docker.ImageInspectInfo | undefined> {
  try {
    return await docker.getImage(reference).inspect();
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw engineError(error, `to look for image ${reference}`);
  }
}

function checked(found: Docker.ImageInspectInfo, reference: string, target: Target): Image {
  const platform = `${found.Os}/${found.Architecture}`;
  if (platform !== target.platform) {
    throw new MixReleaseError('image-wrong-platform', {
      what: `image ${reference} is for ${platform}, and target ${target.triple} needs ${target.platform}`,
      next: `Name an image of ${target.platform}; a local one of another platform can be removed with docker image rm.`,
    });
  }
  // Null in the answers of some engines, whatever the types say.
  const digests = found.RepoDigests as string[] | null;
  const manifest = digests?.[0]?.split('@')[1];
  return { reference, id: found.Id, digest: manifest ?? found.Id };
}

/** What `docker login` left for the image's registry: the engine does not know it by itself. */
async function login(
  image: string,
  env: ImageRequest['env'],
  signal: AbortSignal,
  onWarning: (line: string) => void,
): Promise<{ readonly authconfig?: EngineAuth }> {
  const reference = parseReference(image);
  const credentials = await credentialsFor(reference, { env, signal, onWarning });
  return credentials ? { authconfig: engineAuth(credentials, reference) } : {};
}

async function pull({ docker }: Engine, reference: string, options: object, signal: AbortSignal): Promise<void> {
  try {
    await followed(docker, await docker.pull(withTag(reference), options));
  } catch (error) {
    signal.throwIfAborted();
    throw pullError(error, reference);
  }
}

/** A reference without a tag or a digest means every tag to the engine's API, and `latest` to everybody else. */
function withTag(reference: string): string {
  const name = reference.slice(reference.lastIndexOf('/') + 1);
  return /[:@]/.test(name) ? reference : `${reference}:latest`;
}

const OUTAGE =
  /dial tcp|i\/o timeout|no such host|connection (refused|reset)|TLS handshake|toomanyrequests|\bEOF\b|deadline exceeded|internal server error|bad gateway|service unavailable|gateway time-?out/i;

function pullError(error: unknown, reference: string): MixReleaseError {
  const message = messageOf(error);
  const status = statusOf(error);
  const denied =
    /manifest unknown|not found|repository does not exist|access.*denied|unauthorized|no matching manifest/i;
  if (status === 404 || denied.test(message)) return notFound(reference, message, error);
  if (OUTAGE.test(message) || status === 500) {
    return new MixReleaseError('image-registry-outage', {
      what: `image ${reference} is not in the engine, and its registry could not be asked: ${message}`,
      next: 'This is an outage or a closed network, not a missing image: try again, or load the image with docker load.',
      cause: error,
    });
  }
  return notFound(reference, message, error);
}

function notFound(reference: string, message: string, cause?: unknown): MixReleaseError {
  return new MixReleaseError('image-not-found', {
    what: `there is no image ${reference}: ${message}`,
    next: 'Check the name and the tag; for a private registry, run docker/login-action (docker login) first.',
    cause,
  });
}
