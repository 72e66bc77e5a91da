import { lstat, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { MixReleaseError, messageOf, systemErrorCode } from '../errors.js';

/** A temporary directory in the output directory: results move to their final paths only when they are complete. */
export interface Workbench extends AsyncDisposable {
  /** Absolute; in the same file system as the output directory, and removed at the end. */
  readonly directory: string;
}

const PREFIX = '.partial-';
/** What `mkdtemp` makes of it. */
const WORKBENCH = /^\.partial-[A-Za-z0-9]{6}$/;

/**
 * Creates the output directory and a temporary directory in it, so that an unwritable one fails early.
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
 * Removes the temporary directories of runs that were killed.
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

/** Moves a finished file or directory to its final path, and replaces an existing one. */
export async function replaceFile(made: string, destination: string): Promise<void> {
  await rm(destination, { recursive: true, force: true });
  await rename(made, destination);
}

/** Converts a failure in the output directory to a `MixReleaseError`; returns a `MixReleaseError` unchanged. */
export function outputError(error: unknown, output: string): MixReleaseError {
  if (error instanceof MixReleaseError) return error;
  const code = systemErrorCode(error);
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new MixReleaseError('output-disk-full', {
      what: `the disk under ${output} is full`,
      next: 'Free space there, or set output to another directory. No partial results were left.',
      cause: error,
    });
  }
  return new MixReleaseError('output-not-writable', {
    what: `the output directory ${output} is not writable: ${messageOf(error)}`,
    next: 'Set output to a directory that this user can write to.',
    cause: error,
  });
}
