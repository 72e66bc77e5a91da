import type { RunningContainer } from '../../engine/container.js';
import { MixReleaseError, type ErrorCode } from '../../errors.js';

/** A script that works on the state of earlier builds. */
export interface StateScript {
  readonly title: string;
  readonly script: string;
  readonly args: readonly string[];
  /** What its failure is, and what could not be done, for the message. */
  readonly code: ErrorCode;
  readonly failure: string;
}

/**
 * Runs a script of ours by `sh` in the builder.
 *
 * @throws MixReleaseError of its code
 */
export async function runStateScript(
  container: RunningContainer,
  { title, script, args, code, failure }: StateScript,
): Promise<void> {
  const printed: string[] = [];
  const argv = ['sh', '-c', script, 'sh', ...args];
  const status = await container.run({ title, argv }, (line) => printed.push(line));
  if (status !== 0) throw stateFailure(code, `${failure} (exit status ${String(status)})`, printed);
}

/** The error for a state of earlier builds that cannot be used; without it, a build works. */
export function stateFailure(code: ErrorCode, what: string, output: readonly string[]): MixReleaseError {
  return new MixReleaseError(code, {
    what,
    next: 'Run mix-release clean, which removes the build cache, and build again.',
    output,
  });
}
