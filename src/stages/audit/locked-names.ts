import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { systemErrorCode } from '../../errors.js';

/**
 * The dependencies that the project's `mix.lock` names; none without one. The lock of an umbrella's child is at the root
 * of the umbrella: the nearest one on the way up to the checkout is read.
 */
export async function lockedNames(project: string, checkout: string): Promise<ReadonlySet<string>> {
  for (let directory = project; ; directory = path.dirname(directory)) {
    const lock = await textIfAny(path.join(directory, 'mix.lock'));
    if (lock !== undefined) return new Set([...lock.matchAll(/^\s*"(\w+)":/gm)].map(([, name = '']) => name));
    if (directory === checkout || directory === path.dirname(directory)) return new Set();
  }
}

async function textIfAny(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
