import { MixReleaseError } from '../errors.js';
import type { Engine, RegistryLogin } from '../engine/engine.js';
import { reasonOf, statusOf } from '../engine/failure.js';
import { credentialsFor, engineAuth } from '../registry/credentials.js';
import { parseReference } from '../registry/reference.js';

/** What pulling and pushing an image needs. */
export interface PullContext {
  /** Its `DOCKER_CONFIG` and `HOME` lead to the logins of registries. */
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
    // A lost connection to the engine is no outage of the registry.
    if (error instanceof MixReleaseError && error.code === 'engine-connection-lost') throw error;
    throw pullError(error, reference);
  }
}

/** The credentials that `docker login` saved for the image's registry: the engine does not read them itself. */
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
  const missing =
    /manifest unknown|not found|repository does not exist|access.*denied|unauthorized|no matching manifest/i;
  if (status === 404 || missing.test(message)) return notFound(reference, message, error);
  if (OUTAGE.test(message) || status === 500) {
    return new MixReleaseError('image-registry-outage', {
      what: `image ${reference} could not be pulled, because its registry failed or is unreachable: ${message}`,
      next: 'Try again, or load the image with docker load: the registry has an outage or the network is closed, so the image is not known to be missing.',
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
