import type { RunningContainer } from '../engine/container.js';
import { MixReleaseError } from '../errors.js';

/** Where the compiled code is, with which inputs it was made: see `inputsOf`. */
const NOTE = '.mix-release-inputs';

const DISCARD = `
[ "$(cat "$0/${NOTE}" 2>/dev/null)" != "$1" ] || exit 0
rm -rf "$0" && mkdir -p "$0" && printf %s "$1" >"$0/${NOTE}"
`;

/**
 * Throws compiled code away that was made with other inputs, and notes with which what comes is made. Before anything of
 * the project runs: what a script before the build compiles stays.
 *
 * @param directory - of the compiled code, in the container
 * @throws MixReleaseError `compile-failed`
 */
export async function discardStale(container: RunningContainer, directory: string, inputs: string): Promise<void> {
  const printed: string[] = [];
  const argv = ['sh', '-c', DISCARD, directory, inputs];
  const status = await container.run({ title: 'the check of compiled code', argv }, (line) => printed.push(line));
  if (status === 0) return;
  throw new MixReleaseError('compile-failed', {
    what: `the compiled code of an earlier build in ${directory} could not be cleared (exit status ${String(status)})`,
    next: 'Run mix-release clean, which removes the state of earlier builds, and build again.',
    output: printed,
  });
}
