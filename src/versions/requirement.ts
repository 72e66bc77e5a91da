import { type Tool, type Version, describeVersion } from './version.js';

/** A version as text, not yet parsed. */
export interface VersionText {
  readonly text: string;
  /** Its source, as it follows "from": `.tool-versions:2`, `otp-version`. */
  readonly origin: string;
}

/** The versions of the two tools in files. */
export interface VersionTexts {
  readonly elixir: VersionText | undefined;
  readonly otp: VersionText | undefined;
}

/** A requested version, whole or partial, and its source. */
export interface Requirement<T extends Tool = Tool> {
  readonly version: Version<T>;
  /** As it follows "from". */
  readonly origin: string;
}

export interface ElixirRequirement extends Requirement<'elixir'> {
  /** The OTP major of a suffix such as `-otp-27`: the OTP that this Elixir was compiled on. */
  readonly compiledOn: Requirement<'otp'> | undefined;
}

/** For a log line: `Elixir 1.18.3 (from .tool-versions:1)`. */
export function describeRequirement(requirement: Requirement): string {
  return `${describeVersion(requirement.version)} (from ${requirement.origin})`;
}
