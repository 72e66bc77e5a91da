import { lstat } from 'node:fs/promises';
import path from 'node:path';
import { onDisk } from '../path-bytes.js';
import { gitDirectories } from './git-link.js';

/**
 * Whether a directory inside a checkout is a worktree of its very repository: a second copy of the project, which some
 * people and tools keep inside the first, and no part of it.
 */
export async function sameRepository(checkout: string, directory: string): Promise<boolean> {
  const link = await lstat(onDisk(path.join(directory, '.git'))).catch(() => undefined);
  if (link?.isFile() !== true) return false;
  const [inner, outer] = await Promise.all([gitDirectories(directory), gitDirectories(checkout)]);
  return inner !== undefined && inner.own !== inner.common && inner.common === outer?.common;
}
