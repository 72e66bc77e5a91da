import { MixReleaseError } from '../errors.js';

/** Oldest engine API that this program can use: engine 20.10. */
const OLDEST = '1.41';
/** Newest engine API that this program was written against; a newer engine is asked to speak this one. */
const NEWEST = '1.51';

/** What an engine says it speaks: API versions as `major.minor`. */
export interface Spoken {
  readonly ApiVersion: string;
  /** Oldest version that the engine still accepts. */
  readonly MinAPIVersion: string;
}

/**
 * The API version to speak with an engine: the newest that both know, and never one that the engine refuses.
 *
 * @throws MixReleaseError `engine-too-old`
 */
export function negotiate(engine: Spoken): string {
  if (compare(engine.ApiVersion, OLDEST) < 0) {
    throw new MixReleaseError('engine-too-old', {
      what: `the container engine speaks API ${engine.ApiVersion}, and ${OLDEST} is needed`,
      next: 'Upgrade the engine to Docker 20.10 or newer.',
    });
  }
  const newestOfBoth = compare(engine.ApiVersion, NEWEST) < 0 ? engine.ApiVersion : NEWEST;
  return compare(newestOfBoth, engine.MinAPIVersion) < 0 ? engine.MinAPIVersion : newestOfBoth;
}

/** Whether an API version, `major.minor`, has what came with another one. */
export function speaks(api: string, first: string): boolean {
  return compare(api, first) >= 0;
}

function compare(left: string, right: string): number {
  const [leftMajor = 0, leftMinor = 0] = left.split('.').map(Number);
  const [rightMajor = 0, rightMinor = 0] = right.split('.').map(Number);
  return leftMajor - rightMajor || leftMinor - rightMinor;
}
