import * as core from '@actions/core';
import { summaryMarkdown } from '../summary/markdown.js';
import type { Page } from '../summary/page.js';

/** GitHub takes 1 MiB a step, and nothing at all of a summary that is longer. */
const LONGEST = 1024 * 1024;

/** Adds the page to the summary of the job; does nothing where the runner keeps none. */
export async function writeSummary(page: Page): Promise<void> {
  if (!process.env.GITHUB_STEP_SUMMARY) return;
  const whole = summaryMarkdown(page);
  const brief = { ...page, sections: page.sections.map((section) => ({ ...section, details: [] })) };
  const text = Buffer.byteLength(whole) < LONGEST ? whole : summaryMarkdown(brief);
  await core.summary.addRaw(text, true).write();
}
