import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { MixReleaseError, messageOf, systemErrorCode } from '../errors.js';

/** A place beside the results where they are made, so that nothing that looks whole is there before it is. */
export interface Workbench extends AsyncDisposable {
  /** Absolute; in the same file system as the output directory, and removed at the end. */
  readonly directory: string;
}

/**
 * Makes the output directory and a place to work in it; fails at once where that is not possible.
 *
 * @throws MixReleaseError `output-not-writable` or `output-disk-full`
 */
export async function openWorkbench(output: string): Promise<Workbench> {
  try {
    await mkdir(output, { recursive: true });
    const directory = await mkdtemp(path.join(output, '.partial-'));
    return { directory, [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }) };
  } catch (error) {
    throw outputError(error, output);
  }
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
