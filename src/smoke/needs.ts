import { runCommand, SmokeFailure, type Setting } from './command.js';
import type { PackageFamily } from './system-image.js';

/** What releases need of the system, as far as it is known before they are run: packages by the families of systems. */
export type SystemNeeds = Readonly<Record<PackageFamily, readonly string[]>> & {
  /** Names of shared libraries (`SONAME`) that are not in the release. */
  readonly libraries: readonly string[];
};

// Where the loaders of Debian, Ubuntu, Fedora and Alpine look without being told.
const MISSING = `
for name in "$@"; do
  for place in /lib /usr/lib /lib64 /usr/lib64 /usr/local/lib /lib/*-linux-gnu /usr/lib/*-linux-gnu; do
    [ ! -e "$place/$name" ] || continue 2
  done
  echo "$name: cannot open shared object file"
done`;

/** Fails, as the loader would, where the image lacks a library. @throws SmokeFailure */
export async function requireLibraries(setting: Setting, libraries: readonly string[]): Promise<void> {
  if (libraries.length === 0) return;
  const argv = (): readonly string[] => ['sh', '-c', MISSING, 'sh', ...libraries];
  const quietly = { ...setting, onLine: () => undefined };
  const { output } = await runCommand(quietly, { check: 'eval', title: 'the look for libraries', argv });
  if (output.length > 0) throw new SmokeFailure('eval', 'the system lacks libraries that its files name', output);
}
