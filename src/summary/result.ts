import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { BuiltRelease } from '../pipeline/result.js';
import type { MixReleaseError } from '../errors.js';
import { outputError } from '../package/output.js';
import { reportHtml } from './html.js';
import { troubleshootingLink } from './link.js';
import { pageOf, type Page } from './page.js';
import { sizesOf } from './sizes.js';

/**
 * The page on a run that ended.
 *
 * @param releases - those that are in their places: also where publishing failed afterwards
 * @param error - how the run failed; undefined where it did not
 */
export async function pageOfRun(
  releases: readonly BuiltRelease[],
  error: MixReleaseError | undefined,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Page> {
  const sized = await Promise.all(
    releases.map(async (release) => ({ release, sizes: await sizesOf(release.directory) })),
  );
  return pageOf({ releases: sized, error, link: error && troubleshootingLink(error.code, env) });
}

/** Writes the report to a file; its directory is made where need be. */
export async function writeReport(file: string, page: Page): Promise<void> {
  try {
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, reportHtml(page));
  } catch (error) {
    throw outputError(error, file);
  }
}
