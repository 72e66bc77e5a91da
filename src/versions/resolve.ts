import { MixReleaseError } from '../errors.js';
import { parseElixirVersion, parseOtpVersion } from './parse.js';
import {
  type ElixirRequirement,
  type Requirement,
  type VersionText,
  type VersionTexts,
  describeRequirement,
} from './requirement.js';

/** All sources of versions, strongest first. An empty or blank input counts as absent. */
export interface VersionSources {
  readonly elixirInput: string | undefined;
  readonly otpInput: string | undefined;
  /** The versions in the file that the version-file input names. */
  readonly versionFileInput: VersionTexts | undefined;
  /** The versions in the project's version files. */
  readonly found: VersionTexts;
}

/** The requested versions; undefined where none was requested. */
export interface RequestedVersions {
  readonly elixir: ElixirRequirement | undefined;
  readonly otp: Requirement<'otp'> | undefined;
}

/**
 * The versions to build with, each from the strongest source that has one. Only the chosen text is parsed, so an
 * invalid version is no error where an input overrides it. When no source has an OTP, the suffix of
 * Elixir's version determines it (1.18.3-otp-27). `checkVersionPair` checks whether the two are compatible.
 *
 * @throws MixReleaseError `bad-version`; `incompatible-versions` when Elixir's suffix and the requested OTP disagree.
 */
export function resolveVersions({ elixirInput, otpInput, versionFileInput, found }: VersionSources): RequestedVersions {
  const elixirText = input('elixir', elixirInput) ?? versionFileInput?.elixir ?? found.elixir;
  const otpText = input('otp', otpInput) ?? versionFileInput?.otp ?? found.otp;
  const elixir = elixirText && parseElixirVersion(elixirText.text, elixirText.origin);
  const otp = otpText && parseOtpVersion(otpText.text, otpText.origin);
  if (elixir && otp) requireAgreement(elixir, otp);
  return { elixir, otp: otp ?? elixir?.compiledOn };
}

function input(name: string, text: string | undefined): VersionText | undefined {
  return text === undefined || text.trim() === '' ? undefined : { text, origin: `${name}-version` };
}

function requireAgreement(elixir: ElixirRequirement, otp: Requirement<'otp'>): void {
  if (!elixir.compiledOn) return;
  const major = String(elixir.compiledOn.version.parts[0]);
  if (elixir.compiledOn.version.parts[0] === otp.version.parts[0]) return;
  throw new MixReleaseError('incompatible-versions', {
    what: `${describeRequirement(elixir)} has the suffix -otp-${major}, but ${describeRequirement(otp)} was requested`,
    next: `Request an OTP ${major} version, or remove '-otp-${major}': the image's Elixir is always compiled with the image's OTP.`,
  });
}
