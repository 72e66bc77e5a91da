import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { auditRelease } from '../audit/audit.js';
import type { AuditReport } from '../audit/report.js';
import { reportLines } from '../audit/report-text.js';
import type { Probe } from '../builder/probe.js';
import { MixReleaseError } from '../errors.js';
import { outputError, putInPlace } from '../package/output.js';
import { reportFile, type Tree } from './collect.js';
import type { BuildRequest } from './request.js';

/** A release that was held against its target, with the report beside it on the workbench. */
export interface AuditedTree extends Tree {
  readonly audit: AuditReport;
}

/**
 * Holds a release that came back against the target: its glibc may not be above the one that was asked for, else above
 * the builder's own.
 *
 * @throws MixReleaseError `audit-failed`, with nothing of the release in the output but the report
 */
export async function auditTree(
  tree: Tree,
  request: BuildRequest,
  probe: Probe,
  note: (text: string) => void,
): Promise<AuditedTree> {
  const { audit, target, image, output } = request;
  const report = await auditRelease(tree.directory, {
    target,
    glibc: image.glibc ?? (probe.libc === 'glibc' ? probe.libcVersion : undefined),
    allowedLibraries: audit.allowedLibraries,
    except: audit.except,
  });
  reportLines(report, { brief: true }).forEach(note);
  try {
    await writeFile(reportFile(tree.directory), `${JSON.stringify(report, null, 2)}\n`);
    if (report.verdict === 'pass' || audit.mode === 'warn') return { ...tree, audit: report };
    await putInPlace(reportFile(tree.directory), reportFile(path.join(output, tree.name)));
  } catch (error) {
    throw outputError(error, output);
  }
  throw auditFailed(report, tree.name, reportFile(path.join(output, tree.name)));
}

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
