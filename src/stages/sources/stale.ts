import path from 'node:path';
import type { RunningContainer } from '../../engine/container.js';
import { MixReleaseError } from '../../errors.js';
import { packFiles } from '../../archive/files.js';
import { BUILDER_UID } from '../../builder/builder.js';
import { readRecord, writeRecord, type SourceRecord } from '../../sources/times.js';
import { STATE } from '../../builder/layout.js';

/** Where the compiled code is, with which inputs it was made: see `inputsOf`. */
const NOTE = '.mix-release-inputs';
/** Beside the directories of compiled code: the sources that were sent last. It goes where compiled code goes. */
const RECORD = '.mix-release-sources';
const BUILDS = `${STATE}/build`;

const PREPARE = `
if [ "$(cat "$0/${NOTE}" 2>/dev/null)" != "$1" ]; then
  rm -rf "$0" && mkdir -p "$0" && printf %s "$1" >"$0/${NOTE}" || exit
fi
cat "$2" 2>/dev/null || :
`;

/**
 * Throws compiled code away that was made with other inputs, and notes with which what comes is made. Before anything of
 * the project runs: what a script before the build compiles stays.
 *
 * @param directory - of the compiled code, in the container
 * @returns what is known of the sources that were sent last
 * @throws MixReleaseError `compile-failed`
 */
export async function discardStale(
  container: RunningContainer,
  directory: string,
  inputs: string,
): Promise<SourceRecord | undefined> {
  const printed: string[] = [];
  const argv = ['sh', '-c', PREPARE, directory, inputs, path.posix.join(BUILDS, RECORD)];
  const status = await container.run({ title: 'the check of compiled code', argv }, (line) => printed.push(line));
  if (status === 0) return readRecord(printed.join(''));
  throw new MixReleaseError('compile-failed', {
    what: `the compiled code of an earlier build in ${directory} could not be cleared (exit status ${String(status)})`,
    next: 'Run mix-release clean, which removes the state of earlier builds, and build again.',
    output: printed,
  });
}

/** Keeps with the state what is sent now. */
export async function keepRecord(container: RunningContainer, record: SourceRecord): Promise<void> {
  const owner = { uid: BUILDER_UID, gid: BUILDER_UID };
  await container.put(packFiles([{ path: RECORD, text: writeRecord(record), ...owner }]), BUILDS);
}
