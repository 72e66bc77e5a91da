import { readAuditRequest } from '../options/sections/audit.js';
import { auditRelease } from '../audit/audit.js';
import { reportLines } from '../audit/report-text.js';
import { auditFailed } from '../audit/audit-failed.js';
import { inert } from '../inert.js';
import type { Invocation } from './program.js';

/**
 * Audits an existing release, and prints the report on standard output: as text, or with `--json` as one object.
 *
 * @throws MixReleaseError `audit-failed` after printing a report with errors
 */
export async function auditCommand(invocation: Extract<Invocation, { command: 'audit' }>): Promise<void> {
  const { path, options, json } = invocation;
  const report = await auditRelease(path, readAuditRequest(options));
  const lines = json ? [JSON.stringify(report)] : reportLines(report).map(inert);
  process.stdout.write(`${lines.join('\n')}\n`);
  if (report.verdict === 'fail') throw auditFailed(report, path);
}
