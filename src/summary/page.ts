import type { AuditReport } from '../audit/report.js';
import type { BuiltRelease } from '../pipeline/result.js';
import { STAGES } from '../pipeline/run.js';
import type { MixReleaseError } from '../errors.js';
import type { SmokeReport } from '../smoke/report.js';
import type { Size } from './sizes.js';

/** A name and what there is to say of it, as plain text that nothing was done to. */
export type Row = readonly [name: string, value: string];

/** What one release has on the page. */
export interface Section {
  readonly heading: string;
  readonly rows: readonly Row[];
  /** Bytes by application, the largest first. */
  readonly sizes: readonly Size[];
  /** Details of the ABI: findings of the audit, and the files of machine code. */
  readonly details: readonly Row[];
}

/** How a run failed. */
export interface Failure {
  readonly code: string;
  readonly what: string;
  readonly next: string;
  /** Last lines of the command that failed, oldest first. */
  readonly output: readonly string[];
  /** Address of the entry on this code. */
  readonly link: string | undefined;
}

/** One screen on one run, the same for the job summary and for the report in a file. */
export interface Page {
  readonly verdict: 'pass' | 'warnings' | 'fail';
  readonly title: string;
  readonly sections: readonly Section[];
  /** Seconds by stage, in the order of the stages. */
  readonly stages: readonly (readonly [stage: string, seconds: number])[];
  readonly failure: Failure | undefined;
}

/** What a page is made of. */
export interface PageFacts {
  /** Releases that are in their places, each with its sizes. */
  readonly releases: readonly { readonly release: BuiltRelease; readonly sizes: readonly Size[] }[];
  readonly error: MixReleaseError | undefined;
  /** Address of the entry on the error's code. */
  readonly link: string | undefined;
}

/** So many bytes are told in MB of 1000 * 1000. */
export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(bytes < 1e6 ? 2 : 1)} MB`;
}

export function pageOf({ releases, error, link }: PageFacts): Page {
  const seconds = releases[0]?.release.seconds ?? {};
  const names = releases.map(({ release: { name, version } }) => `${name} ${version}`).join(', ');
  const warned = releases.some(({ release: { audit } }) => (audit?.findings.length ?? 0) > 0);
  return {
    verdict: error ? 'fail' : warned ? 'warnings' : 'pass',
    title: error ? `Failed: ${error.code}` : `Built ${names}`,
    sections: releases.map(({ release, sizes }) => sectionOf(release, sizes)),
    stages: STAGES.flatMap((stage) => (seconds[stage] === undefined ? [] : [[stage, seconds[stage]] as const])),
    failure: error && { code: error.code, what: error.message, next: error.next, output: error.output, link },
  };
}

function sectionOf(release: BuiltRelease, sizes: readonly Size[]): Section {
  const { name, version, target, otp, elixir, image, imageDigest, size, sha256, audit, smoke, probe } = release;
  const unpacked = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
  return {
    heading: `${name} ${version} for ${target}`,
    rows: [
      ['Release', `${name} ${version}`],
      ['Target', target],
      ['OTP', `${otp}, runtime ${release.erts}`],
      ['Elixir', elixir],
      ['Image', image],
      ['Image digest', imageDigest],
      ['C library of the builder', `${probe.libc} ${probe.libcVersion}`],
      ['Size', `${megabytes(size)}, unpacked ${megabytes(unpacked)}`],
      ['SHA-256', sha256],
      ...(audit ? auditRows(audit) : []),
      ...(smoke ? [smokeRow(smoke)] : []),
    ],
    sizes,
    details: audit ? detailsOf(audit) : [],
  };
}

function smokeRow({ test, image, checks, seconds, omissions }: SmokeReport): Row {
  const omitted = omissions.map(({ check, why }) => `; without ${check}: ${why}`).join('');
  return ['Smoke test', `${test} in ${image}, ${seconds.toFixed(1)} s: ${checks.join(', ')}${omitted}`];
}

function auditRows({ verdict, floor, requirements, findings }: AuditReport): readonly Row[] {
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
    ...files.map(({ path, kind, machine, libc, floor, needed }): Row => {
      const glibc = floor.glibc === undefined ? [] : [`needs glibc ${floor.glibc}`];
      return [path, [kind, machine, libc, ...glibc, ...needed].join(', ')];
    }),
  ];
}
