import { lstat, readdir } from 'node:fs/promises';
import path from 'node:path';

/** Bytes of one part of an unpacked release. */
export interface Size {
  /** `APP VERSION`, `erts VERSION`, `releases`, or `other` for the rest. */
  readonly name: string;
  readonly bytes: number;
}

/**
 * The sizes of the parts of an unpacked release: each application, the runtime, `releases`, and the rest.
 *
 * @returns the largest first; those of one size by name
 */
export async function sizesOf(directory: string): Promise<readonly Size[]> {
  const sizes = new Map<string, number>();
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    const name = partOf(path.relative(directory, file).split(path.sep));
    sizes.set(name, (sizes.get(name) ?? 0) + (await lstat(file)).size);
  }
  return [...sizes]
    .map(([name, bytes]) => ({ name, bytes }))
    .sort((a, b) => b.bytes - a.bytes || (a.name < b.name ? -1 : 1));
}

function partOf([first = '', second = '', ...below]: readonly string[]): string {
  if (first === 'lib' && below.length > 0) return named(second);
  if (first.startsWith('erts-') && second !== '') return named(first);
  return first === 'releases' && second !== '' ? 'releases' : 'other';
}

/** `crypto-5.5.3` as `crypto 5.5.3`: names of applications have no hyphen. */
function named(part: string): string {
  return part.replace('-', ' ');
}

/** The largest parts, and all smaller ones as one. */
export function largest(sizes: readonly Size[], count: number): readonly Size[] {
  if (sizes.length <= count) return sizes;
  const rest = sizes.slice(count - 1);
  const bytes = rest.reduce((sum, each) => sum + each.bytes, 0);
  return [...sizes.slice(0, count - 1), { name: `${String(rest.length)} smaller ones`, bytes }];
}
