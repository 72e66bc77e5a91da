import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { auditRelease } from '../../audit/audit.js';
import type { AuditReport } from '../../audit/report.js';
import { reportLines } from '../../audit/report-text.js';
import type { Probe } from '../../builder/probe.js';
import { outputError, replaceFile } from '../../package/output.js';
import { auditFailed } from '../../audit/audit-failed.js';
import { reportFile, type Tree } from '../fetch/fetch.js';
import type { BuildRequest } from '../../options/request.js';

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
    await replaceFile(reportFile(tree.directory), reportFile(path.join(output, tree.name)));
  } catch (error) {
    throw outputError(error, output);
  }
  throw auditFailed(report, tree.name, reportFile(path.join(output, tree.name)));
}
