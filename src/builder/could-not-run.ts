import { MixReleaseError } from '../errors.js';
import { statusOf } from '../engine/engine.js';

/**
 * Whether nothing at all could be run in a container: its image lacks the plainest programs, or they are for another
 * processor. Then the container does not start, or has ended before it is asked anything.
 */
export function couldNotRun(error: unknown): boolean {
  if (!(error instanceof MixReleaseError)) return false;
  // The engine answered that the container is gone, or it went meanwhile; a lost connection has no status.
  const ended = error.code === 'engine-lost' && (error.cause === undefined || statusOf(error.cause) !== undefined);
  return ended || /executable file not found|no such file|exec format error/i.test(error.message);
}
