import { MixReleaseError } from '../errors.js';
import { type Requirement, describeRequirement } from './requirement.js';
import { type Version, describeVersion } from './version.js';

/** OTP major versions, both ends included. */
export interface OtpRange {
  readonly least: number;
  readonly most: number;
}

/** What Elixir 1.`minor` runs on. */
export interface ElixirRow {
  readonly minor: number;
  readonly otp: OtpRange;
  /** A further OTP major, from this patch version on. */
  readonly later?: { readonly otp: number; readonly patch: number };
}

/**
 * Which OTP each Elixir runs on, newest first; from 1.10, the oldest Elixir that hexpm/elixir images are built of.
 *
 * Source: elixir-lang/elixir, lib/elixir/pages/references/compatibility-and-deprecations.md at 07e34342 (1.21 in
 * development), section "Between Elixir and Erlang/OTP"; OTP 28 on 1.18.4 is from that release's notes.
 */
export const ELIXIR_OTP: readonly ElixirRow[] = [
  { minor: 21, otp: { least: 27, most: 29 } },
  { minor: 20, otp: { least: 27, most: 29 } },
  { minor: 19, otp: { least: 26, most: 28 } },
  { minor: 18, otp: { least: 25, most: 27 }, later: { otp: 28, patch: 4 } },
  { minor: 17, otp: { least: 25, most: 27 } },
  { minor: 16, otp: { least: 24, most: 26 } },
  { minor: 15, otp: { least: 24, most: 26 } },
  { minor: 14, otp: { least: 23, most: 25 }, later: { otp: 26, patch: 5 } },
  { minor: 13, otp: { least: 22, most: 24 }, later: { otp: 25, patch: 4 } },
  { minor: 12, otp: { least: 22, most: 24 } },
  { minor: 11, otp: { least: 21, most: 23 }, later: { otp: 24, patch: 4 } },
  { minor: 10, otp: { least: 21, most: 22 }, later: { otp: 23, patch: 3 } },
];

const MINORS = ELIXIR_OTP.map((row) => row.minor);
export const OLDEST_ELIXIR_MINOR = Math.min(...MINORS);
export const NEWEST_ELIXIR_MINOR = Math.max(...MINORS);
export const OLDEST_OTP = Math.min(...ELIXIR_OTP.map((row) => row.otp.least));
const NEWEST_OTP = Math.max(...ELIXIR_OTP.map((row) => row.otp.most));

/**
 * The OTP majors that an Elixir runs on, whole or partial (1.18: what any 1.18.x runs on); undefined for an Elixir
 * newer than the table.
 *
 * @throws MixReleaseError `unsupported-pair` for an Elixir older than the table.
 */
export function supportedOtp(elixir: Version<'elixir'>): OtpRange | undefined {
  const rows = rowsOf(elixir);
  if (rows.length === 0) return undefined;
  const patch = elixir.parts[2] ?? Infinity;
  return {
    least: Math.min(...rows.map((row) => row.otp.least)),
    most: Math.max(...rows.map(({ otp, later }) => (later && patch >= later.patch ? later.otp : otp.most))),
  };
}

/**
 * The OTP major to build with when only Elixir is given: the highest that the minor version was made for. A major that
 * came with a patch version is not it, so that 1.18.4 does not change the OTP under a project that was on 1.18.3.
 * An Elixir newer than the table gets the newest OTP that the table knows.
 *
 * @throws MixReleaseError `unsupported-pair` for an Elixir older than the table.
 */
export function defaultOtpFor(elixir: Version<'elixir'>): number {
  const rows = rowsOf(elixir);
  return rows.length === 0 ? NEWEST_OTP : Math.max(...rows.map((row) => row.otp.most));
}

/**
 * Checks that an Elixir runs on an OTP; both may be partial.
 *
 * @returns a sentence for the log where the pair could not be checked, because Elixir is newer than the table or a
 *   candidate; undefined where it is supported.
 * @throws MixReleaseError `unsupported-pair`
 */
export function requirePair(elixir: Requirement<'elixir'>, otp: Requirement<'otp'>): string | undefined {
  const range = supportedOtp(elixir.version);
  const major = otp.version.parts[0];
  const name = describeVersion(elixir.version);
  if (range === undefined) {
    return `${name} is newer than 1.${String(NEWEST_ELIXIR_MINOR)}, the newest known here: whether it runs on OTP ${String(major)} was not checked.`;
  }
  if (major >= range.least && major <= range.most) return undefined;
  // What a candidate runs on is written down only when it is released.
  if (elixir.version.rc !== undefined) {
    return `${name} is a release candidate: whether it runs on OTP ${String(major)} was not checked.`;
  }
  throw new MixReleaseError('unsupported-pair', {
    what: `${describeRequirement(elixir)} does not run on ${describeRequirement(otp)}`,
    next: `${name} runs on OTP ${rangeText(range)}${laterText(elixir.version, range)}. ${elixirsFor(major)}`,
  });
}

/** The rows that a version is in: one, all of them for the bare major version 1, none when it is newer. */
function rowsOf(elixir: Version<'elixir'>): readonly ElixirRow[] {
  const [major, minor] = elixir.parts;
  if (major < 1 || (major === 1 && minor !== undefined && minor < OLDEST_ELIXIR_MINOR)) {
    throw new MixReleaseError('unsupported-pair', {
      what: `${describeVersion(elixir)} is older than Elixir 1.${String(OLDEST_ELIXIR_MINOR)}, the oldest supported`,
      next: `Use Elixir 1.${String(OLDEST_ELIXIR_MINOR)} or newer.`,
    });
  }
  if (major > 1) return [];
  return ELIXIR_OTP.filter((row) => minor === undefined || row.minor === minor);
}

function rangeText(range: OtpRange): string {
  return `${String(range.least)} to ${String(range.most)}`;
}

function laterText(elixir: Version<'elixir'>, range: OtpRange): string {
  const [row] = rowsOf(elixir);
  if (elixir.parts.length < 3 || !row?.later || row.later.otp <= range.most) return '';
  return `, and on OTP ${String(row.later.otp)} from 1.${String(row.minor)}.${String(row.later.patch)}`;
}

function elixirsFor(otp: number): string {
  const fitting = ELIXIR_OTP.flatMap((row) => {
    if (otp >= row.otp.least && otp <= row.otp.most) return [`1.${String(row.minor)}`];
    return row.later?.otp === otp ? [`1.${String(row.minor)}.${String(row.later.patch)}`] : [];
  }).reverse();
  if (fitting.length === 0) return `No Elixir known here runs on OTP ${String(otp)}.`;
  return `OTP ${String(otp)} goes with Elixir ${fitting.join(', ')}.`;
}
