import { MixReleaseError } from '../errors.js';
import { EngineError } from '../engine/failure.js';

/**
 * Whether a container could not run any command: its image lacks basic programs, or they are for another architecture.
 * Then the container does not start, or ends before its first command.
 */
export function couldNotRun(error: unknown): boolean {
  if (!(error instanceof MixReleaseError)) return false;
  const ended = error instanceof EngineError && error.containerGone;
  return ended || /executable file not found|no such file|exec format error/i.test(error.message);
}
