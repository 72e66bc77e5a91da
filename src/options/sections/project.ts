import { stat } from 'node:fs/promises';
import path from 'node:path';
import { MixReleaseError } from '../../errors.js';
import { relativeInside } from '../../paths.js';

/** @throws MixReleaseError `directory-not-found` */
export async function requireDirectory(directory: string): Promise<void> {
  const found = await stat(directory).catch(() => undefined);
  if (found?.isDirectory()) return;
  throw new MixReleaseError('directory-not-found', {
    what: found ? `${directory} is not a directory` : `${directory} does not exist`,
    next: 'Name the directory of the checkout; in a workflow, run actions/checkout before this step.',
  });
}

/**
 * @param project - absolute
 * @param checkout - absolute
 * @throws MixReleaseError `bad-option` outside the checkout, `directory-not-found`, or `mix-project-not-found`
 */
export async function requireProject(project: string, checkout: string): Promise<void> {
  if (relativeInside(checkout, project) === undefined) {
    throw new MixReleaseError('bad-option', {
      what: `working-directory ${project} lies outside the checkout ${checkout}`,
      next: 'Give a directory inside the checkout, relative to its root.',
    });
  }
  await requireDirectory(project);
  const mixfile = await stat(path.join(project, 'mix.exs')).catch(() => undefined);
  if (mixfile?.isFile()) return;
  throw new MixReleaseError('mix-project-not-found', {
    what: `there is no mix.exs in ${project}`,
    next: 'Point working-directory at the directory that holds mix.exs.',
  });
}
