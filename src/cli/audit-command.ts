import { readAuditRequest } from '../options/sections/audit.js';
import { auditRelease } from '../audit/audit.js';
import { reportLines } from '../audit/report-text.js';
import { auditFailed } from '../audit/audit-failed.js';
import { inert } from '../inert.js';
import type { Invocation } from './program.js';

/**
 * Audits a release that is there already, and prints the report on standard output: lines, or with `--json` one object.
 *
 * @throws MixReleaseError `audit-failed` when it is printed and has errors
 */
export async function auditCommand(invocation: Extract<Invocation, { command: 'audit' }>): Promise<void> {
  const { place, options, json } = invocation;
  const report = await auditRelease(place, readAuditRequest(options));
  const lines = json ? [JSON.stringify(report)] : reportLines(report).map(inert);
  process.stdout.write(`${lines.join('\n')}\n`);
  if (report.verdict === 'fail') throw auditFailed(report, place);
}
