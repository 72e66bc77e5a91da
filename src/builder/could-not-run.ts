import { MixReleaseError } from '../errors.js';
import { EngineError } from '../engine/failure.js';

/**
 * Whether nothing at all could be run in a container: its image lacks the plainest programs, or they are for another
 * processor. Then the container does not start, or has ended before it is asked anything.
 */
export function couldNotRun(error: unknown): boolean {
  if (!(error instanceof MixReleaseError)) return false;
  const ended = error instanceof EngineError && error.containerGone;
  return ended || /executable file not found|no such file|exec format error/i.test(error.message);
}
