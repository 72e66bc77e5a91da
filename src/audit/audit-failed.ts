import type { AuditReport } from './report.js';
import { MixReleaseError } from '../errors.js';

/** So many kinds of findings are told in the message; the report has all. */
const MOST_TOLD = 3;

/** @param place - the name of the release, or where it is */
export function auditFailed({ findings, target }: AuditReport, place: string, report?: string): MixReleaseError {
  const errors = findings.filter(({ severity }) => severity === 'error');
  const kinds = errors.filter(({ code }, index) => errors.findIndex((each) => each.code === code) === index);
  const told = kinds.slice(0, MOST_TOLD).map(({ code, file, message }) => {
    const others = errors.filter((each) => each.code === code).length - 1;
    const where = file === undefined ? '' : ` in ${file}${others === 0 ? '' : ` and ${String(others)} more`}`;
    return `${code}${where}: ${message}`;
  });
  const more = kinds.length > MOST_TOLD ? ['and errors of other kinds'] : [];
  const where = report === undefined ? 'The report is above.' : `The report is above, and in ${report}.`;
  return new MixReleaseError('audit-failed', {
    what: `${place} does not fit ${target}: ${[...told, ...more].join('; ')}`,
    next: `${where} It says what to do about each; docs/audit.md has more.`,
  });
}
