import { nameFor, packageOf } from '../audit/runtime-packages.js';

const SYSTEMS = { debian: 'Debian', ubuntu: 'Ubuntu', rhel: 'Fedora and its like', alpine: 'Alpine' } as const;

/** The packages that provide a library on each family of systems, as text; undefined for an unknown library. */
export function packagesHint(library: string): string | undefined {
  const names = Object.entries(SYSTEMS).flatMap(([family, system]) => {
    const row = packageOf(library, family === 'alpine' ? 'musl' : 'glibc')?.[family as keyof typeof SYSTEMS];
    return row === undefined ? [] : [`${nameFor(row, undefined)} on ${system}`];
  });
  return names.length === 0 ? undefined : names.join(', ');
}
