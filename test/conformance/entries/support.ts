import type { ErrorCode } from '../../../src/errors.js';
import type { Outcome } from '../rig/build.js';
import { contains, truth } from '../rig/seen.js';

/** A build failed with a code, and said why. */
export function refused({ status, log, releases }: Outcome, code: ErrorCode, why: RegExp): void {
  truth(status !== 0, `the build succeeded and gave ${String(releases.length)} releases`);
  contains(log, `error (${code})`, 'log');
  contains(log, why, 'log');
}
