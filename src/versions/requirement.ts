import { type Tool, type Version, describeVersion } from './version.js';

/** A version as somebody wrote it down, not yet read. */
export interface Written {
  readonly text: string;
  /** Where it stands, in words that follow "from": `.tool-versions:2`, `otp-version`. */
  readonly origin: string;
}

/** What files say of the two tools. */
export interface WrittenVersions {
  readonly elixir: Written | undefined;
  readonly otp: Written | undefined;
}

/** A version that was asked for, whole or partial, and where. */
export interface Requirement<T extends Tool = Tool> {
  readonly version: Version<T>;
  /** In words that follow "from". */
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
