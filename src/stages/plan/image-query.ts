import {
  ANY_VERSION,
  type ImageQuery,
  type VersionOrder,
  type VersionConstraint,
  type SystemVersion,
} from '../../registry/choose.js';
import type { Target } from '../../targets/table.js';
import { defaultOtpFor, checkVersionPair, supportedOtp } from '../../versions/compat.js';
import { describeRequirement, type Requirement } from '../../versions/requirement.js';
import type { RequestedVersions } from '../../versions/resolve.js';
import {
  preferenceFor,
  compareVersions,
  isExact,
  matches,
  readVersion,
  versionName,
  type Tool,
  type Version,
} from '../../versions/version.js';

/** The image that versions come to, how two that fit compare, and the versions in words. */
export interface PlannedImage {
  readonly imageQuery: ImageQuery;
  readonly order: VersionOrder;
  /** One for each tool that was asked for or that follows, then what could not be checked. */
  readonly versions: readonly string[];
}

/**
 * What to look for. Where only one of the two tools was asked for, the other is what goes with it: for an Elixir the
 * highest OTP that it was made for, for an OTP the newest Elixir that runs on it.
 *
 * @param systems - those that will do, the most wanted first
 * @throws MixReleaseError `incompatible-versions`
 */
export function imageQueryFor(
  { elixir, otp }: RequestedVersions,
  systems: readonly SystemVersion[],
  { platform, architecture }: Target,
): PlannedImage {
  const effectiveOtp = otp ?? (elixir && defaultOtp(elixir));
  const unchecked = elixir && effectiveOtp && checkVersionPair(elixir, effectiveOtp);
  const requested = [elixir, effectiveOtp]
    .filter((each) => each !== undefined)
    .map((each) => describeRequirement(each));
  return {
    imageQuery: {
      elixir: elixir ? constraintFor('elixir', elixir.version) : effectiveOtp ? anyElixirOn(effectiveOtp) : ANYTHING,
      otp: effectiveOtp ? constraintFor('otp', effectiveOtp.version) : ANYTHING,
      systems,
      platform,
      architecture,
      slim: true,
    },
    order: { elixir: orderOf('elixir', elixir?.version), otp: orderOf('otp', effectiveOtp?.version) },
    versions: [...requested, ...(unchecked === undefined ? [] : [unchecked])],
  };
}

const ANYTHING: VersionConstraint = { requested: ANY_VERSION, prefix: '', matches: () => true };

function defaultOtp(elixir: Requirement<'elixir'>): Requirement<'otp'> {
  const version: Version<'otp'> = { tool: 'otp', parts: [defaultOtpFor(elixir.version)], rc: undefined };
  return { version, origin: `what Elixir ${versionName(elixir.version)} was made for` };
}

/** A version that was asked for, in the words of the registry's listing. */
export function constraintFor<T extends Tool>(tool: T, wanted: Version<T>): VersionConstraint {
  const name = versionName(wanted);
  return {
    requested: name,
    // OTP 27.3 is itself a published version; Elixir 1.18 is not.
    prefix: tool === 'elixir' && !isExact(wanted) ? `${name}.` : name,
    matches: (text) => {
      const version = readVersion(tool, text);
      return version !== undefined && matches(wanted, version);
    },
  };
}

function anyElixirOn(otp: Requirement<'otp'>): VersionConstraint {
  const major = otp.version.parts[0];
  return {
    requested: ANY_VERSION,
    prefix: '',
    matches: (text) => {
      const version = readVersion('elixir', text);
      if (version === undefined || version.rc !== undefined) return false;
      const range = supportedOtp(version);
      return range !== undefined && major >= range.min && major <= range.max;
    },
  };
}

/** Higher is better; an unreadable version is worse than any. */
function orderOf<T extends Tool>(tool: T, wanted: Version<T> | undefined): (left: string, right: string) => number {
  const compare = wanted ? preferenceFor(wanted) : (a: Version<T>, b: Version<T>) => compareVersions(b, a);
  return (left, right) => {
    const [a, b] = [readVersion(tool, left), readVersion(tool, right)];
    return a && b ? compare(b, a) : Number(Boolean(a)) - Number(Boolean(b));
  };
}
