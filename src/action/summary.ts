import * as core from '@actions/core';
import { summaryMarkdown } from '../summary/markdown.js';
import type { Page } from '../summary/page.js';

/** GitHub's limit for the summary of a step, in bytes; it drops a longer one completely. */
const MAX_BYTES = 1024 * 1024;

/** Adds the page to the summary of the job; does nothing where the runner has none. */
export async function writeSummary(page: Page): Promise<void> {
  if (!process.env.GITHUB_STEP_SUMMARY) return;
  const whole = summaryMarkdown(page);
  const brief = { ...page, sections: page.sections.map((section) => ({ ...section, details: [] })) };
  const text = Buffer.byteLength(whole) < MAX_BYTES ? whole : summaryMarkdown(brief);
  await core.summary.addRaw(text, true).write();
}
