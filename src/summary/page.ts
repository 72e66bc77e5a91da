import type { BuiltRelease } from '../pipeline/result.js';
import type { MixReleaseError } from '../errors.js';
import { megabytes } from '../megabytes.js';
import type { Row, SummaryPart } from '../pipeline/summary-part.js';
import type { Size } from './sizes.js';

/** The section of one release. */
export interface Section {
  readonly heading: string;
  readonly rows: readonly Row[];
  /** Bytes by application, the largest first. */
  readonly sizes: readonly Size[];
  /** Details of the ABI: the audit's findings, and the native binaries. */
  readonly details: readonly Row[];
}

/** How a run failed. */
export interface Failure {
  readonly code: string;
  readonly what: string;
  readonly next: string;
  /** The last lines of the failed command's output, oldest first. */
  readonly output: readonly string[];
  /** URL of the code's entry in the documentation. */
  readonly link: string | undefined;
}

/** The summary of a run, for the job summary and the HTML report. */
export interface Page {
  readonly verdict: 'pass' | 'warnings' | 'fail';
  readonly title: string;
  readonly sections: readonly Section[];
  /** Seconds by stage, in the order of the stages. */
  readonly stages: readonly (readonly [stage: string, seconds: number])[];
  readonly failure: Failure | undefined;
}

/** The input of a page. */
export interface PageFacts {
  /** The releases in the output directory, each with its sizes. */
  readonly releases: readonly {
    readonly release: BuiltRelease;
    /** What the stages have on it. */
    readonly parts: readonly SummaryPart[];
    readonly sizes: readonly Size[];
  }[];
  readonly error: MixReleaseError | undefined;
  /** URL of the error code's entry in the documentation. */
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
