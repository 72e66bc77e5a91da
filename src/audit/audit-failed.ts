import type { AuditReport } from './report.js';
import { MixReleaseError } from '../errors.js';

/** The number of kinds of findings that the message names; the report has all. */
const MAX_KINDS = 3;

/** @param release - the name of the release, or where it is */
export function auditFailed({ findings, target }: AuditReport, release: string, report?: string): MixReleaseError {
  const errors = findings.filter(({ severity }) => severity === 'error');
  const kinds = errors.filter(({ code }, index) => errors.findIndex((each) => each.code === code) === index);
  const described = kinds.slice(0, MAX_KINDS).map(({ code, file, message }) => {
    const others = errors.filter((each) => each.code === code).length - 1;
    const where = file === undefined ? '' : ` in ${file}${others === 0 ? '' : ` and ${String(others)} more`}`;
    return `${code}${where}: ${message}`;
  });
  const others = kinds.length > MAX_KINDS ? ['and other errors'] : [];
  const where = report === undefined ? 'The report is above.' : `The report is above, and in ${report}.`;
  return new MixReleaseError('audit-failed', {
    what: `${release} does not fit ${target}: ${[...described, ...others].join('; ')}`,
    next: `${where} It has advice on each finding; docs/audit.md has more.`,
  });
}
