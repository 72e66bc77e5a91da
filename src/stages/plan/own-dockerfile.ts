import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { UserDockerfile } from '../../builder/recipe.js';
import { relativeInside } from '../../paths.js';
import { hashContext, listContext } from '../../sources/context.js';
import { packSources } from '../../sources/pack.js';

/** Docker's cache goes by content, not by time. */
const CONTEXT_TIME = new Date('1980-01-01T00:00:00Z');

/**
 * A Dockerfile of the user's. Its context is its own directory.
 *
 * @param file - absolute
 * @param checkout - absolute
 * @throws MixReleaseError `sources-unreadable`
 */
export async function readOwnDockerfile(file: string, checkout: string): Promise<UserDockerfile> {
  const directory = path.dirname(file);
  const name = path.basename(file);
  // Git may not know the Dockerfile itself yet, or ignore it.
  const paths = [...new Set([...(await listContext(directory)), name])].sort();
  // It reads the Dockerfile, too, and says what cannot be read.
  const contextHash = await hashContext(directory, paths);
  return {
    name: relativeInside(checkout, file) ?? file,
    path: name,
    usesBase: /^\s*[Aa][Rr][Gg]\s+BASE\b/m.test(await readFile(file, 'utf8')),
    contextHash,
    context: () =>
      packSources({ checkout: directory, paths, extra: [], owner: { uid: 0, gid: 0 }, mtime: CONTEXT_TIME }),
  };
}
