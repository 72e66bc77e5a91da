import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { auditRelease } from '../../audit/audit.js';
import { auditFailed } from '../../audit/audit-failed.js';
import type { AuditReport } from '../../audit/report.js';
import { reportLines, reportOutcome } from '../../audit/report-text.js';
import { outputError, replaceFile } from '../../package/output.js';
import type { OptionalStage } from '../../pipeline/stage.js';
import type { Row } from '../../pipeline/summary-part.js';
import type { Crossed } from '../natives/stage.js';
import type { Prepared } from '../builder/stage.js';
import type { WithMix } from '../deps/stage.js';
import type { Fetched } from '../fetch/fetch.js';
import { builderPackages } from './builder-packages.js';
import { lockedNames } from './locked-names.js';

/** A release that was checked against its target. */
export interface Audited {
  readonly audit: AuditReport;
  /** Absolute path that the report will have under the output directory. */
  readonly auditReport: string;
}

type Needs = Pick<WithMix, 'probe'> & Pick<Prepared, 'session'> & Partial<Crossed> & Fetched;

/**
 * Checks every file of a release against the target: its glibc may not be newer than the one that was requested, else
 * than the builder's own. A release that fails leaves nothing in the output but its report.
 */
export const audit: OptionalStage<'audit', Needs, Audited> = {
  name: 'audit',
  does: 'Checks every file of the release against the target.',
  // What another builder compiled is not shipped unseen.
  skip: ({ crossed }, { request }) => (request.audit.mode === 'off' && !crossed ? 'audit is off' : undefined),
  run: async ({ probe, session, workplace, crossed, packageName, directory, lostRights }, { request, files, log }) => {
    const { target, image, output } = request;
    const { mode, allowedLibraries, except } = request.audit;
    const glibc = image.glibc ?? (probe.libc === 'glibc' ? probe.libcVersion : undefined);
    const report = await auditRelease(directory, {
      ...{ target, glibc, allowedLibraries, except, lostRights },
      ...(crossed && { compiledFor: crossed.withNativeCode }),
      dependencies: await lockedNames(request.project, request.checkout),
      askBuilder: (libraries) => builderPackages(workplace ?? session.container, probe, libraries),
    });
    reportLines(report, { brief: true }).forEach((line) => log.note(line));
    const file = files.file('audit-report', packageName);
    try {
      await writeFile(file.made, `${JSON.stringify(report, null, 2)}\n`);
      if (report.verdict === 'pass' || mode === 'warn') {
        return { audit: report, auditReport: files.add(file).path };
      }
      await mkdir(path.dirname(file.path), { recursive: true });
      await replaceFile(file.made, file.path);
    } catch (error) {
      throw outputError(error, output);
    }
    throw auditFailed(report, packageName, file.path);
  },
  outcome: ({ audit: report }) => reportOutcome(report),
  outputs: {
    'glibc-floor': {
      summary:
        'Oldest glibc that the release runs with, such as 2.34; empty for musl. With several releases, one per line.',
      common: true,
      value: ({ audit: { floor } }) => floor.glibc ?? '',
    },
    'runtime-libraries': {
      summary:
        'Shared libraries that the machine must have besides the C library, separated by spaces; one line per release.',
      value: ({ audit: { requirements } }) => requirements.libraries.join(' '),
    },
    'runtime-packages': {
      summary:
        'Packages with these libraries, as a JSON object with lists for debian, ubuntu, rhel and alpine; one line per release.',
      value: ({ audit: { requirements } }) => {
        const { debian, ubuntu, rhel, alpine } = requirements;
        return JSON.stringify({ debian, ubuntu, rhel, alpine });
      },
    },
    'audit-report': {
      summary: "Absolute path of the audit's report; with several releases, one per line.",
      value: ({ auditReport }) => auditReport,
    },
  },
  summary: ({ audit: report }) => ({
    rows: rowsOf(report),
    details: detailsOf(report),
    warned: report.findings.length > 0,
  }),
  errors: ['audit-failed', 'release-unreadable', 'not-a-release', 'bad-archive'],
};

function rowsOf({ verdict, floor, requirements, findings }: AuditReport): readonly Row[] {
  const { libraries, debian, ubuntu, rhel, alpine } = requirements;
  const systems = Object.entries({ Debian: debian, Ubuntu: ubuntu, RHEL: rhel, Alpine: alpine });
  const packages = systems.flatMap(([system, names]) => (names.length === 0 ? [] : [`${system}: ${names.join(' ')}`]));
  const count = (severity: string): number => findings.filter((each) => each.severity === severity).length;
  return [
    ['Audit', `${verdict}, errors: ${String(count('error'))}, warnings: ${String(count('warning'))}`],
    ...(floor.glibc === undefined ? [] : [['glibc floor', floor.glibc] as const]),
    ['Runtime libraries', libraries.join(' ') || 'none beside the C library'],
    ...(packages.length === 0 ? [] : [['Runtime packages', packages.join('; ')] as const]),
  ];
}

function detailsOf({ findings, files }: AuditReport): readonly Row[] {
  return [
    ...findings.map(({ code, severity, file, message, next }): Row => {
      return [`${severity} ${code}`, `${file === undefined ? '' : `${file}: `}${message} ${next}`];
    }),
    ...files.map(({ path: file, kind, machine, libc, floor, needed }): Row => {
      const glibc = floor.glibc === undefined ? [] : [`needs glibc ${floor.glibc}`];
      return [file, [kind, machine, libc, ...glibc, ...needed].join(', ')];
    }),
  ];
}
