import { MixReleaseError, messageOf } from '../errors.js';
import { statusOf, type Engine } from '../engine/engine.js';
import { consumeProgress } from '../engine/progress.js';
import { credentialsFor, engineAuth, type EngineAuth } from '../registry/credentials.js';
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
  { docker }: Engine,
  reference: string,
  platform: string,
  context: PullContext,
): Promise<void> {
  const { signal } = context;
  const auth = await login(reference, context);
  try {
    await consumeProgress(await docker.pull(withTag(reference), { platform, abortSignal: signal, ...auth }));
  } catch (error) {
    signal.throwIfAborted();
    throw pullError(error, reference);
  }
}

/** What `docker login` left for the image's registry: the engine does not know it by itself. */
export async function login(
  image: string,
  { env, signal, onLine }: PullContext,
): Promise<{ readonly authconfig?: EngineAuth }> {
  const reference = parseReference(image);
  const credentials = await credentialsFor(reference, { env, signal, onWarning: onLine });
  return credentials ? { authconfig: engineAuth(credentials, reference) } : {};
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
