import { MixReleaseError } from '../errors.js';
import { NEWEST_ELIXIR_MINOR, OLDEST_ELIXIR_MINOR, OLDEST_OTP } from './compat.js';
import { adviceOn, exampleOf } from './refusal.js';
import type { ElixirRequirement, Requirement } from './requirement.js';
import { TOOL_NAMES, type Tool, type Version, readVersion } from './version.js';

/** From this first part on, a version can only be OTP's. */
const FIRST_UNLIKE_ELIXIR = 17;

/**
 * Reads an Elixir version: one to three parts or a candidate, with a leading `v` and a suffix such as `-otp-27`
 * allowed. `1.18` means the newest 1.18.x, `1` the newest of all.
 *
 * A YAML number without quotes loses its last zero: 1.20 arrives as `1.2`. Elixir 1.2 is too
 * old to build with, so the error explains it.
 *
 * @param origin the source of the text, as it follows "from"
 * @throws MixReleaseError `bad-version`
 */
export function parseElixirVersion(text: string, origin: string): ElixirRequirement {
  const [, elixirPart = '', otp] = /^v?(.*?)(?:-otp-(\d+))?$/s.exec(normalized(text)) ?? [];
  const version = readVersion('elixir', elixirPart);
  if (!version) throw unreadable('elixir', text, origin);
  requireElixirAge(version, text, origin);
  const compiledOn = otp === undefined ? undefined : parseOtpVersion(otp, `-otp-${otp} in ${origin}`);
  return { version, origin, compiledOn };
}

/**
 * Reads an OTP version: one to six parts or a candidate, with a leading `OTP-` or `v` allowed. `27` means the
 * newest 27.x and `27.3` the newest 27.3.x; with three parts or more the version itself is preferred.
 *
 * The YAML number 27.0 arrives as `27` and cannot be distinguished from it: the newest 27.x is used.
 *
 * @param origin the source of the text, as it follows "from"
 * @throws MixReleaseError `bad-version`
 */
export function parseOtpVersion(text: string, origin: string): Requirement<'otp'> {
  const version = readVersion('otp', normalized(text).replace(/^(?:otp[- ]?|v)/, ''));
  if (!version) throw unreadable('otp', text, origin);
  requireOtpAge(version, text, origin);
  return { version, origin };
}

function requireElixirAge(version: Version<'elixir'>, text: string, origin: string): void {
  const [major, minor] = version.parts;
  if (major >= FIRST_UNLIKE_ELIXIR) {
    throw badVersion(
      'elixir',
      text,
      origin,
      'looks like a version of OTP',
      `Set it as otp-version. ${exampleOf('elixir')}`,
    );
  }
  if (major > 1 || (major === 1 && (minor === undefined || minor >= OLDEST_ELIXIR_MINOR))) return;
  const reason = `is older than 1.${String(OLDEST_ELIXIR_MINOR)}, the oldest supported`;
  throw badVersion('elixir', text, origin, reason, lostZero(version) ?? exampleOf('elixir'));
}

/** Advice on a 1.2 that was 1.20 before YAML read it; undefined where no known version can have been meant. */
function lostZero({ parts }: Version<'elixir'>): string | undefined {
  const meant = (parts[1] ?? 0) * 10;
  if (parts.length !== 2 || meant < OLDEST_ELIXIR_MINOR || meant > NEWEST_ELIXIR_MINOR) return undefined;
  return `Did you write 1.${String(meant)} without quotes? YAML reads it as the number 1.${String(meant / 10)}: write '1.${String(meant)}'.`;
}

function requireOtpAge(version: Version<'otp'>, text: string, origin: string): void {
  const [major] = version.parts;
  if (major >= OLDEST_OTP) return;
  if (major === 1)
    throw badVersion(
      'otp',
      text,
      origin,
      'looks like a version of Elixir',
      `Set it as elixir-version. ${exampleOf('otp')}`,
    );
  const reason = `is older than ${String(OLDEST_OTP)}, the oldest supported`;
  throw badVersion('otp', text, origin, reason, exampleOf('otp'));
}

function unreadable(tool: Tool, text: string, origin: string): MixReleaseError {
  const { reason, next } = adviceOn(tool, normalized(text));
  return badVersion(tool, text, origin, reason, next);
}

function badVersion(tool: Tool, text: string, origin: string, reason: string, next: string): MixReleaseError {
  return new MixReleaseError('bad-version', {
    what: `${TOOL_NAMES[tool]} version '${onOneLine(text)}' (from ${origin}) ${reason}`,
    next,
  });
}

function normalized(text: string): string {
  return text.trim().toLowerCase();
}

/** A text, shortened to fit one line of a log. */
function onOneLine(text: string): string {
  const line = text.trim().replaceAll(/\p{Cc}+/gu, ' ');
  return line.length > 60 ? `${line.slice(0, 60)}…` : line;
}
