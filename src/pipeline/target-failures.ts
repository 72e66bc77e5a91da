import { MixReleaseError } from '../errors.js';
import type { BuildRequest } from '../options/request.js';

/** How one of several targets failed. */
export interface TargetFailure {
  readonly request: BuildRequest;
  readonly error: MixReleaseError;
}

/**
 * The error of a run of several targets of which some failed: it names each, and has the code of the first.
 *
 * @param failures - at least one
 * @param all - how many targets there were
 */
export function failureOf(failures: readonly TargetFailure[], all: number): MixReleaseError {
  const [first] = failures;
  if (!first) throw new Error('a failed run has a failure');
  const { code, next, output } = first.error;
  const each = failures.map(({ request, error }) => `${request.target.triple}: ${error.message}`);
  const [only] = each;
  const what =
    failures.length === 1
      ? (only ?? '')
      : `${String(failures.length)} of ${String(all)} targets failed. ${each.join('. ')}`;
  return new MixReleaseError(code, { what, next, output, cause: first.error });
}
