import type { SmokeNotRun, SmokeReport } from '../../src/smoke/report.js';

/** The report of a smoke test that has to have run. */
export function ran(report: SmokeReport | SmokeNotRun | undefined): SmokeReport {
  if (report === undefined || report.test === 'not-run')
    throw new Error(`the smoke test did not run: ${report?.why ?? 'off'}`);
  return report;
}
