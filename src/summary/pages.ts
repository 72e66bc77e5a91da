import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Environment } from '../environment.js';
import { messageOf } from '../errors.js';
import type { BuildOutcome } from '../pipeline/result.js';
import { reportHtml } from './html.js';
import { troubleshootingLink } from './link.js';
import { pageOf, type Page } from './page.js';
import { sizesOf } from './sizes.js';

/** Where the page about a run goes. */
export interface PageTargets {
  /** Absolute path of an HTML file; undefined for none. */
  readonly report: string | undefined;
  /** Adds the page to the summary of the job; undefined for none. */
  readonly summary: ((page: Page) => Promise<void>) | undefined;
  readonly warn: (text: string) => void;
}

/**
 * Writes the page about a run. A page that cannot be written is a warning: it changes nothing about the run, whose files
 * may be published already.
 */
export async function writePages(
  outcome: BuildOutcome,
  env: Environment,
  { report, summary, warn }: PageTargets,
): Promise<void> {
  if (report === undefined && !summary) return;
  const warning = (what: string) => (error: unknown) => warn(`${what} was not written: ${messageOf(error)}`);
  const page = await pageOfRun(outcome, env).catch(warning('the page about this run'));
  if (!page) return;
  if (report !== undefined) await writeReport(report, page).catch(warning(`the report ${report}`));
  await summary?.(page).catch(warning('the summary'));
}

/** The page about a run that ended, with the sizes of its releases, which are in their places. */
async function pageOfRun({ releases, summaries, error }: BuildOutcome, env: Environment): Promise<Page> {
  const sized = await Promise.all(
    releases.map(async (release, at) => ({
      release,
      parts: summaries[at] ?? [],
      sizes: await sizesOf(release.directory),
    })),
  );
  return pageOf({ releases: sized, error, link: error && troubleshootingLink(error.code, env) });
}

/** Writes the report to a file; its directory is made where need be. */
async function writeReport(file: string, page: Page): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, reportHtml(page));
}
