import { MixReleaseError } from '../errors.js';
import { type Requirement, describeRequirement } from './requirement.js';
import { type Version, describeVersion } from './version.js';

/** OTP major versions, both ends included. */
export interface OtpRange {
  readonly min: number;
  readonly max: number;
}

/** The OTP versions that Elixir 1.`minor` supports. */
export interface ElixirRow {
  readonly minor: number;
  readonly otp: OtpRange;
  /** A further OTP major, from this patch version on. */
  readonly later?: { readonly otp: number; readonly patch: number };
}

/**
 * The OTP versions that each Elixir supports, newest first; from 1.10, the oldest Elixir of hexpm/elixir images.
 *
 * Source: elixir-lang/elixir, lib/elixir/pages/references/compatibility-and-deprecations.md at 07e34342 (1.21 in
 * development), section "Between Elixir and Erlang/OTP"; OTP 28 on 1.18.4 is from that release's notes.
 */
export const ELIXIR_OTP: readonly ElixirRow[] = [
  { minor: 21, otp: { min: 27, max: 29 } },
  { minor: 20, otp: { min: 27, max: 29 } },
  { minor: 19, otp: { min: 26, max: 28 } },
  { minor: 18, otp: { min: 25, max: 27 }, later: { otp: 28, patch: 4 } },
  { minor: 17, otp: { min: 25, max: 27 } },
  { minor: 16, otp: { min: 24, max: 26 } },
  { minor: 15, otp: { min: 24, max: 26 } },
  { minor: 14, otp: { min: 23, max: 25 }, later: { otp: 26, patch: 5 } },
  { minor: 13, otp: { min: 22, max: 24 }, later: { otp: 25, patch: 4 } },
  { minor: 12, otp: { min: 22, max: 24 } },
  { minor: 11, otp: { min: 21, max: 23 }, later: { otp: 24, patch: 4 } },
  { minor: 10, otp: { min: 21, max: 22 }, later: { otp: 23, patch: 3 } },
];

const MINORS = ELIXIR_OTP.map((row) => row.minor);
export const OLDEST_ELIXIR_MINOR = Math.min(...MINORS);
export const NEWEST_ELIXIR_MINOR = Math.max(...MINORS);
export const OLDEST_OTP = Math.min(...ELIXIR_OTP.map((row) => row.otp.min));
const NEWEST_OTP = Math.max(...ELIXIR_OTP.map((row) => row.otp.max));

/**
 * The OTP majors that a whole or partial Elixir version supports (1.18: those of any 1.18.x); undefined for an Elixir
 * newer than the table.
 *
 * @throws MixReleaseError `incompatible-versions` for an Elixir older than the table.
 */
export function supportedOtp(elixir: Version<'elixir'>): OtpRange | undefined {
  const rows = rowsOf(elixir);
  if (rows.length === 0) return undefined;
  const patch = elixir.parts[2] ?? Infinity;
  return {
    min: Math.min(...rows.map((row) => row.otp.min)),
    max: Math.max(...rows.map(({ otp, later }) => (later && patch >= later.patch ? later.otp : otp.max))),
  };
}

/**
 * The OTP major to build with when only Elixir is given: the highest that the minor version was released with. A major
 * that a patch version added does not count, so that an update from 1.18.3 to 1.18.4 keeps the OTP. An Elixir newer
 * than the table gets the table's newest OTP.
 *
 * @throws MixReleaseError `incompatible-versions` for an Elixir older than the table.
 */
export function defaultOtpFor(elixir: Version<'elixir'>): number {
  const rows = rowsOf(elixir);
  return rows.length === 0 ? NEWEST_OTP : Math.max(...rows.map((row) => row.otp.max));
}

/**
 * Checks that an Elixir supports an OTP; both may be partial.
 *
 * @returns a note for the log where the pair could not be checked, because Elixir is newer than the table or a release
 *   candidate; undefined where the pair is supported.
 * @throws MixReleaseError `incompatible-versions`
 */
export function checkVersionPair(elixir: Requirement<'elixir'>, otp: Requirement<'otp'>): string | undefined {
  const range = supportedOtp(elixir.version);
  const major = otp.version.parts[0];
  const name = describeVersion(elixir.version);
  if (range === undefined) {
    return `${name} is newer than 1.${String(NEWEST_ELIXIR_MINOR)}, the newest known here: whether it supports OTP ${String(major)} was not checked.`;
  }
  if (major >= range.min && major <= range.max) return undefined;
  // The table of a candidate is published only with its release.
  if (elixir.version.rc !== undefined) {
    return `${name} is a release candidate: whether it supports OTP ${String(major)} was not checked.`;
  }
  throw new MixReleaseError('incompatible-versions', {
    what: `${describeRequirement(elixir)} does not support ${describeRequirement(otp)}`,
    next: `${name} supports OTP ${rangeText(range)}${laterText(elixir.version, range)}. ${elixirsFor(major)}`,
  });
}

/** The rows of a version: one, all of them for the bare major version 1, none when it is newer. */
function rowsOf(elixir: Version<'elixir'>): readonly ElixirRow[] {
  const [major, minor] = elixir.parts;
  if (major < 1 || (major === 1 && minor !== undefined && minor < OLDEST_ELIXIR_MINOR)) {
    throw new MixReleaseError('incompatible-versions', {
      what: `${describeVersion(elixir)} is older than Elixir 1.${String(OLDEST_ELIXIR_MINOR)}, the oldest supported`,
      next: `Use Elixir 1.${String(OLDEST_ELIXIR_MINOR)} or newer.`,
    });
  }
  if (major > 1) return [];
  return ELIXIR_OTP.filter((row) => minor === undefined || row.minor === minor);
}

function rangeText(range: OtpRange): string {
  return `${String(range.min)} to ${String(range.max)}`;
}

function laterText(elixir: Version<'elixir'>, range: OtpRange): string {
  const [row] = rowsOf(elixir);
  if (elixir.parts.length < 3 || !row?.later || row.later.otp <= range.max) return '';
  return `, and OTP ${String(row.later.otp)} from 1.${String(row.minor)}.${String(row.later.patch)}`;
}

function elixirsFor(otp: number): string {
  const elixirs = ELIXIR_OTP.flatMap((row) => {
    if (otp >= row.otp.min && otp <= row.otp.max) return [`1.${String(row.minor)}`];
    return row.later?.otp === otp ? [`1.${String(row.minor)}.${String(row.later.patch)}`] : [];
  }).reverse();
  if (elixirs.length === 0) return `No Elixir known here supports OTP ${String(otp)}.`;
  return `Elixir versions that support OTP ${String(otp)}: ${elixirs.join(', ')}.`;
}
