import type { BuiltRelease } from '../pipeline/result.js';
import type { MixReleaseError } from '../errors.js';
import { megabytes } from '../megabytes.js';
import type { Row, SummaryPart } from '../pipeline/summary-part.js';
import type { Size } from './sizes.js';

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
  readonly releases: readonly {
    readonly release: BuiltRelease;
    /** What the stages have on it. */
    readonly parts: readonly SummaryPart[];
    readonly sizes: readonly Size[];
  }[];
  readonly error: MixReleaseError | undefined;
  /** Address of the entry on the error's code. */
  readonly link: string | undefined;
}

export function pageOf({ releases, error, link }: PageFacts): Page {
  const seconds = releases[0]?.release.seconds ?? {};
  const names = releases.map(({ release: { name, version } }) => `${name} ${version}`).join(', ');
  const warned = releases.some(({ parts }) => parts.some((part) => part.warned));
  return {
    verdict: error ? 'fail' : warned ? 'warnings' : 'pass',
    title: error ? `Failed: ${error.code}` : `Built ${names}`,
    sections: releases.map(({ release, parts, sizes }) => sectionOf(release, parts, sizes)),
    stages: Object.entries(seconds),
    failure: error && { code: error.code, what: error.message, next: error.next, output: error.output, link },
  };
}

function sectionOf(
  { name, version, target }: BuiltRelease,
  parts: readonly SummaryPart[],
  sizes: readonly Size[],
): Section {
  const rowsOf = (first: boolean): readonly Row[] =>
    parts.filter((part) => Boolean(part.first) === first).flatMap(({ rows }) => rows);
  const unpacked = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
  return {
    heading: `${name} ${version} for ${target}`,
    rows: [...rowsOf(true), ...rowsOf(false), ['Unpacked size', megabytes(unpacked)]],
    sizes,
    details: parts.flatMap(({ details = [] }) => details),
  };
}
