import { nameFor, packageOf } from '../audit/runtime-packages.js';
import { runCommand, SmokeFailure, type CommandContext } from './command.js';
import type { PackageFamily } from './system-image.js';

/** The package of a family of systems that provides a library, if known, by the name that all its releases accept. */
export function packageFor(library: string, family: PackageFamily): string | undefined {
  const name = packageOf(library, family === 'alpine' ? 'musl' : 'glibc')?.[family];
  return name === undefined ? undefined : nameFor(name, undefined);
}

/** The packages that provide a library on each family of systems, as text. */
export function packagesHint(library: string): string | undefined {
  const systems = { debian: 'Debian', ubuntu: 'Ubuntu', rhel: 'Fedora and its like', alpine: 'Alpine' } as const;
  const names = Object.entries(systems).flatMap(([family, system]) => {
    const name = packageFor(library, family as PackageFamily);
    return name === undefined ? [] : [`${name} on ${system}`];
  });
  return names.length === 0 ? undefined : names.join(', ');
}

// The default search paths of the loaders of Debian, Ubuntu, Fedora and Alpine.
const MISSING = `
for name in "$@"; do
  for place in /lib /usr/lib /lib64 /usr/lib64 /usr/local/lib /lib/*-linux-gnu /usr/lib/*-linux-gnu; do
    [ ! -e "$place/$name" ] || continue 2
  done
  echo "$name: cannot open shared object file"
done`;

/** Fails like the loader where the image lacks a library. @throws SmokeFailure */
export async function requireLibraries(context: CommandContext, libraries: readonly string[]): Promise<void> {
  if (libraries.length === 0) return;
  const argv = (): readonly string[] => ['sh', '-c', MISSING, 'sh', ...libraries];
  const quiet = { ...context, onLine: () => undefined };
  const { output } = await runCommand(quiet, { check: 'eval', title: 'the search for libraries', argv });
  if (output.length > 0) throw new SmokeFailure('eval', 'the image lacks libraries that its files need', output);
}
