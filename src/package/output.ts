import { lstat, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { MixReleaseError, messageOf, systemErrorCode } from '../errors.js';

/** A place beside the results where they are made, so that nothing that looks whole is there before it is. */
export interface Workbench extends AsyncDisposable {
  /** Absolute; in the same file system as the output directory, and removed at the end. */
  readonly directory: string;
}

const PREFIX = '.partial-';
/** What `mkdtemp` makes of it. */
const WORKBENCH = /^\.partial-[A-Za-z0-9]{6}$/;

/**
 * Makes the output directory and a place to work in it; fails at once where that is not possible.
 *
 * @throws MixReleaseError `output-not-writable` or `output-disk-full`
 */
export async function openWorkbench(output: string): Promise<Workbench> {
  try {
    await mkdir(output, { recursive: true });
    const directory = await mkdtemp(path.join(output, PREFIX));
    return { directory, [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }) };
  } catch (error) {
    throw outputError(error, output);
  }
}

/**
 * Removes the places to work in of runs that were killed.
 *
 * @param unchangedSince - one in which something was made or removed later may belong to a run that goes on
 * @returns names of what is gone, and of what is not, each with why
 */
export async function sweepWorkbenches(
  output: string,
  unchangedSince: Date,
): Promise<{ readonly removed: readonly string[]; readonly left: readonly string[] }> {
  const removed: string[] = [];
  const left: string[] = [];
  const entries = await readdir(output, { withFileTypes: true });
  for (const { name } of entries.filter((entry) => entry.isDirectory() && WORKBENCH.test(entry.name))) {
    const directory = path.join(output, name);
    try {
      if ((await lstat(directory)).mtime >= unchangedSince) continue;
      await rm(directory, { recursive: true, force: true });
      removed.push(directory);
    } catch (error) {
      // Its own run, or another one's sweep, was faster.
      if (systemErrorCode(error) !== 'ENOENT') left.push(`${directory}: ${messageOf(error)}`);
    }
  }
  return { removed, left };
}

/** Puts a finished file or directory in its place, instead of one that is there already. */
export async function replaceFile(made: string, place: string): Promise<void> {
  await rm(place, { recursive: true, force: true });
  await rename(made, place);
}

/** What a failure under the output directory means, in our words; errors of ours pass as they are. */
export function outputError(error: unknown, output: string): MixReleaseError {
  if (error instanceof MixReleaseError) return error;
  const code = systemErrorCode(error);
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new MixReleaseError('output-disk-full', {
      what: `the disk under ${output} is full`,
      next: 'Free space there, or name another directory with output. Nothing partial was left behind.',
      cause: error,
    });
  }
  return new MixReleaseError('output-not-writable', {
    what: `the output directory ${output} cannot be written: ${messageOf(error)}`,
    next: 'Name a directory that this user may write with output.',
    cause: error,
  });
}
