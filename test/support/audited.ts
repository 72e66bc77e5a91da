import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { AuditReport } from '../../src/audit/report.js';
import type { BuiltRelease } from '../../src/pipeline/result.js';
import { ROOT, runCli } from './cli.js';

const schema = JSON.parse(await readFile(path.join(ROOT, 'docs/audit.schema.json'), 'utf8')) as object;
const validate = new Ajv2020({ strict: true, allErrors: true }).compile(schema);

/** What `mix-release audit … --json` prints; fails where the release does not fit. */
export async function auditOf(...args: readonly string[]): Promise<AuditReport> {
  const { status, stdout, stderr } = await runCli(['audit', ...args, '--json']);
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as AuditReport;
}

/** What the audit of a build found. */
export function reportOf({ audit }: BuiltRelease): AuditReport {
  if (!audit) throw new Error('the release was not audited');
  return audit;
}

/** What the audit is to say of a release of `examples/nif`. */
export interface Expected {
  readonly target: string;
  /** The codes of the warnings, in their order. */
  readonly codes: readonly string[];
  /** The highest glibc that is allowed; undefined for musl. */
  readonly glibc: string | undefined;
  /** Some of the libraries that it needs. */
  readonly libraries: readonly string[];
}

/** A release of `examples/nif` passes, with a report that the schema holds for, and the command says the same of it. */
export async function expectAudited(release: BuiltRelease, expected: Expected): Promise<void> {
  const { target, codes, glibc, libraries } = expected;
  const report = reportOf(release);
  validate(report);
  expect(validate.errors).toBeNull();
  expect(report).toMatchObject({ verdict: 'pass', target });
  expect(report.allowedGlibc).toBe(glibc);
  expect(report.findings.map(({ code }) => code)).toEqual(codes);
  expect(report.requirements.libraries).toEqual(expect.arrayContaining([...libraries]));
  const kinds = Object.fromEntries(report.files.map(({ path: file, kind }) => [file, kind]));
  expect(kinds).toMatchObject({
    [`erts-${release.erts}/bin/beam.smp`]: 'erts',
    'lib/nif-0.2.0/priv/nif.so': 'nif',
  });
  expect(JSON.parse(await readFile(release.auditReport ?? '', 'utf8'))).toEqual(report);

  const allowed = glibc === undefined ? [] : ['--glibc', glibc];
  expect(await auditOf(release.tarball, ...allowed)).toEqual(report);
  expect(await auditOf(release.directory, ...allowed, '--target', target)).toEqual(report);
}
