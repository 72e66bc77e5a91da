import { compareNumbers } from '../dotted-numbers.js';

export type Tool = 'elixir' | 'otp';

/**
 * A version, whole (as published) or partial (as requested).
 *
 * Elixir has up to three parts, OTP up to six: 27.3.4.16.1.1 is a patch of a patch
 * (https://www.erlang.org/doc/system/versions.html).
 */
export interface Version<T extends Tool = Tool> {
  readonly tool: T;
  /** As written. Trailing zeros are kept: three parts mean one version, two parts the newest that begins with them. */
  readonly parts: readonly [number, ...number[]];
  /** Number of the release candidate; undefined for a release. */
  readonly rc: number | undefined;
}

export const TOOL_NAMES = { elixir: 'Elixir', otp: 'OTP' } as const satisfies Record<Tool, string>;

const MAX_PARTS = { elixir: 3, otp: 6 } as const satisfies Record<Tool, number>;
/** A release candidate carries the whole version of its release: 1.19.0-rc.1, 28.0-rc2. */
const MIN_PARTS_OF_CANDIDATE = { elixir: 3, otp: 2 } as const satisfies Record<Tool, number>;

/**
 * Parses a version without prefix or suffix: `1.18.3`, `1.19.0-rc.1`, `27.3.4.1`, `28.0-rc2`.
 * Both spellings of a candidate, `-rc1` and `-rc.1`, are accepted for both tools. Returns undefined for any other text.
 */
export function readVersion<T extends Tool>(tool: T, text: string): Version<T> | undefined {
  const match = /^((?:0|[1-9]\d{0,5})(?:\.(?:0|[1-9]\d{0,5}))*)(?:-rc\.?(\d{1,4}))?$/.exec(text);
  const [major, ...rest] = (match?.[1] ?? '').split('.').map(Number);
  if (!match || major === undefined) return undefined;
  const rc = match[2] === undefined ? undefined : Number(match[2]);
  const count = rest.length + 1;
  if (count > MAX_PARTS[tool]) return undefined;
  if (rc !== undefined && count < MIN_PARTS_OF_CANDIDATE[tool]) return undefined;
  return { tool, parts: [major, ...rest], rc };
}

/**
 * The name that a version is published under, for example in image tags: `1.19.0-rc.1`, `28.0-rc2`. OTP is published
 * without zeros after its second part, so 27.3.0 is `27.3`.
 */
export function versionName(version: Version): string {
  if (version.tool === 'elixir') {
    return version.parts.join('.') + (version.rc === undefined ? '' : `-rc.${String(version.rc)}`);
  }
  const last = version.parts.findLastIndex((part) => part !== 0);
  const kept = version.parts.slice(0, Math.max(last + 1, Math.min(2, version.parts.length)));
  return kept.join('.') + (version.rc === undefined ? '' : `-rc${String(version.rc)}`);
}

/** `Elixir 1.18.3`, `OTP 27`. */
export function describeVersion(version: Version): string {
  return `${TOOL_NAMES[version.tool]} ${versionName(version)}`;
}

/** Negative when `a` is older than `b`. Missing parts count as 0; a candidate is older than its release. */
export function compareVersions<T extends Tool>(a: Version<T>, b: Version<T>): number {
  const difference = compareNumbers(a.parts, b.parts);
  if (difference !== 0) return difference;
  return (a.rc ?? Infinity) === (b.rc ?? Infinity) ? 0 : (a.rc ?? Infinity) - (b.rc ?? Infinity);
}

/**
 * Whether a version names one published version: with three parts or more (1.18.3, 27.3.4, 27.3.4.1, and 27.3.0 for
 * the very first 27.3), or as a candidate. With fewer it means the newest that begins with them: 27.3 is the newest
 * 27.3.x.
 */
export function isExact(version: Version): boolean {
  return version.rc !== undefined || version.parts.length >= 3;
}

/**
 * Whether a published version matches a requested one: it is equal, or it begins with the requested parts.
 * Candidates match only by their exact name.
 */
export function matches<T extends Tool>(wanted: Version<T>, published: Version<T>): boolean {
  if (wanted.rc !== undefined || published.rc !== undefined) return compareVersions(wanted, published) === 0;
  return wanted.parts.every((part, index) => part === (published.parts[index] ?? 0));
}

/** A comparison that sorts matching versions, best first: for an exact version the equal one, then the newest. */
export function preferenceFor<T extends Tool>(wanted: Version<T>): (a: Version<T>, b: Version<T>) => number {
  const rank = (version: Version<T>): number => (isExact(wanted) && compareVersions(wanted, version) === 0 ? 0 : 1);
  return (a, b) => rank(a) - rank(b) || compareVersions(b, a);
}
