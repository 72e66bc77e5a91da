import { MixReleaseError } from '../errors.js';
import { parseElixirVersion, parseOtpVersion } from './parse.js';
import {
  type ElixirRequirement,
  type Requirement,
  type Written,
  type WrittenVersions,
  describeRequirement,
} from './requirement.js';

/** Everything that may ask for versions, strongest first. Inputs that are empty or blank ask for nothing. */
export interface VersionSources {
  readonly elixirInput: string | undefined;
  readonly otpInput: string | undefined;
  /** What the file named by the version-file input says. */
  readonly versionFileInput: WrittenVersions | undefined;
  /** What the version files of the project say. */
  readonly found: WrittenVersions;
}

/** The versions asked for; undefined where nobody asked. */
export interface WantedVersions {
  readonly elixir: ElixirRequirement | undefined;
  readonly otp: Requirement<'otp'> | undefined;
}

/**
 * The versions to build with, each tool's from the strongest source that gives it. Only what is chosen is read, so a
 * version that cannot be read does no harm where an input overrides it. When nothing gives an OTP, the suffix of
 * Elixir's version does (1.18.3-otp-27). Whether the two go together is `requirePair`'s to say.
 *
 * @throws MixReleaseError `bad-version`; `unsupported-pair` when Elixir's suffix and the OTP asked for disagree.
 */
export function resolveWanted({ elixirInput, otpInput, versionFileInput, found }: VersionSources): WantedVersions {
  const writtenElixir = input('elixir', elixirInput) ?? versionFileInput?.elixir ?? found.elixir;
  const writtenOtp = input('otp', otpInput) ?? versionFileInput?.otp ?? found.otp;
  const elixir = writtenElixir && parseElixirVersion(writtenElixir.text, writtenElixir.origin);
  const otp = writtenOtp && parseOtpVersion(writtenOtp.text, writtenOtp.origin);
  if (elixir && otp) requireAgreement(elixir, otp);
  return { elixir, otp: otp ?? elixir?.compiledOn };
}

function input(name: string, text: string | undefined): Written | undefined {
  return text === undefined || text.trim() === '' ? undefined : { text, origin: `${name}-version` };
}

function requireAgreement(elixir: ElixirRequirement, otp: Requirement<'otp'>): void {
  if (!elixir.compiledOn) return;
  const major = String(elixir.compiledOn.version.parts[0]);
  if (elixir.compiledOn.version.parts[0] === otp.version.parts[0]) return;
  throw new MixReleaseError('unsupported-pair', {
    what: `${describeRequirement(elixir)} is asked for as compiled on OTP ${major}, and with it ${describeRequirement(otp)}`,
    next: `Ask for an OTP that begins with ${major}, or leave '-otp-${major}' out: Elixir is always the one compiled on the OTP it runs on.`,
  });
}
