import { MixReleaseError } from '../errors.js';
import type { Engine, RegistryLogin } from '../engine/engine.js';
import { reasonOf, statusOf } from '../engine/failure.js';
import { credentialsFor, engineAuth } from '../registry/credentials.js';
import { parseReference } from '../registry/reference.js';

/** What images are pulled and pushed with. */
export interface PullContext {
  /** Where the logins of registries are looked up: `DOCKER_CONFIG`, `HOME`. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  readonly onLine: (line: string) => void;
}

/**
 * Pulls an image for a platform.
 *
 * @throws MixReleaseError `image-not-found` or `image-registry-outage`
 */
export async function pullImage(
  engine: Engine,
  reference: string,
  platform: string,
  context: PullContext,
): Promise<void> {
  const { signal } = context;
  const found = await login(reference, context);
  try {
    await engine.images.pull(reference, { platform, login: found, signal });
  } catch (error) {
    signal.throwIfAborted();
    // An engine that went away says nothing of a registry.
    if (error instanceof MixReleaseError && error.code === 'engine-connection-lost') throw error;
    throw pullError(error, reference);
  }
}

/** What `docker login` left for the image's registry: the engine does not know it by itself. */
export async function login(image: string, { env, signal, onLine }: PullContext): Promise<RegistryLogin | undefined> {
  const reference = parseReference(image);
  const credentials = await credentialsFor(reference, { env, signal, onWarning: onLine });
  return credentials && engineAuth(credentials, reference);
}

const OUTAGE =
  /dial tcp|i\/o timeout|no such host|connection (refused|reset)|TLS handshake|toomanyrequests|\bEOF\b|deadline exceeded|internal server error|bad gateway|service unavailable|gateway time-?out/i;

function pullError(error: unknown, reference: string): MixReleaseError {
  const message = reasonOf(error);
  const status = statusOf(error);
  const denied =
    /manifest unknown|not found|repository does not exist|access.*denied|unauthorized|no matching manifest/i;
  if (status === 404 || denied.test(message)) return notFound(reference, message, error);
  if (OUTAGE.test(message) || status === 500) {
    return new MixReleaseError('image-registry-outage', {
      what: `image ${reference} could not be pulled, because its registry could not be asked: ${message}`,
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
