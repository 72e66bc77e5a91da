import { MixReleaseError } from '../errors.js';
import { HEXPM_REPOSITORY, type ListedTag } from './candidates.js';
import { compareOsDates, type HexpmSystem, type HexpmTag } from './hexpm-tags.js';

/** Where hexpm builds images on request: by itself it builds the newest patches alone. */
const REQUEST_PAGE = 'https://bob.hex.pm/request';

const SUGGESTIONS = 5;
const SUGGESTIONS_OF_A_KIND = 2;

/** The requested version where any version will do. */
export const ANY_VERSION = 'any';

/** A constraint on a version: one exact version, or all that match. */
export interface VersionConstraint {
  /** As requested, for error texts and tags: `1.18.3`, `1.18`, or `ANY_VERSION`. */
  readonly requested: string;
  /** A prefix of every matching version, for the listing's filters; may be empty. */
  readonly prefix: string;
  readonly matches: (version: string) => boolean;
}

/** Negative when the left version is the lower one. */
export type VersionComparison = (left: string, right: string) => number;

export interface VersionOrder {
  readonly elixir: VersionComparison;
  readonly otp: VersionComparison;
}

/** A release of an operating system: `bookworm` of `debian`, `3.22` of `alpine`. */
export interface SystemVersion {
  readonly os: HexpmSystem;
  readonly release: string;
}

/** What a builder's base image must have. */
export interface ImageQuery {
  readonly elixir: VersionConstraint;
  readonly otp: VersionConstraint;
  /** Acceptable systems, the preferred one first; at least one. */
  readonly systems: readonly SystemVersion[];
  /** As image indexes name it: `linux/amd64`. */
  readonly platform: string;
  /** The architecture of `platform`: `amd64`, `arm64`. */
  readonly architecture: string;
  /** Whether slim images (Debian only) are preferred over otherwise equal full ones. */
  readonly slim: boolean;
}

/** An image that does not match the query, and how it differs. */
export interface Suggestion {
  readonly tag: string;
  readonly difference: string;
}

/**
 * The images that match a query, best first: preferred system, then highest Elixir, then highest OTP, then
 * the newest build of the system, then slim or not.
 */
export function rankTags<Tag extends ListedTag>(
  tags: readonly Tag[],
  imageQuery: ImageQuery,
  order: VersionOrder,
): readonly Tag[] {
  return tags
    .filter((tag) => misses(tag, imageQuery).length === 0)
    .sort((left, right) => comparePreference(right, left, imageQuery, order) || (left.tag < right.tag ? -1 : 1));
}

/**
 * Up to five images that come near a query: the same for another architecture, the same Elixir on another OTP, the same
 * pair on another system, the nearest other Elixir. Each kind gets two places first, so that no kind hides the others.
 */
export function nearestTags(
  tags: readonly ListedTag[],
  imageQuery: ImageQuery,
  order: VersionOrder,
): readonly Suggestion[] {
  const offered = tags.filter(
    ({ parts }) => isStable(parts.elixir, imageQuery.elixir) && isStable(parts.otp, imageQuery.otp),
  );
  const near = KINDS.map((kind) => {
    const ofKind = offered.filter((tag) => misses(tag, imageQuery).join() === kind.misses);
    const found = withoutDates(ofKind.sort((left, right) => compareNearness(right, left, imageQuery, order)));
    return { difference: kind.difference, found };
  });
  const suggestions = near.flatMap(({ difference, found }) =>
    found.map((tag, index) => ({ tag: tag.tag, difference, first: index < SUGGESTIONS_OF_A_KIND })),
  );
  return suggestions
    .filter(({ first }) => first)
    .concat(suggestions.filter(({ first }) => !first))
    .slice(0, SUGGESTIONS)
    .map(({ tag, difference }) => ({ tag, difference }));
}

/**
 * The error for a query that no image matches.
 *
 * @param note continues the sentence of the message
 * @param repository the repository that was searched
 */
export function noSuchImage(
  imageQuery: ImageQuery,
  near: readonly Suggestion[],
  note = '',
  repository: string = HEXPM_REPOSITORY,
): MixReleaseError {
  const existing = near.map(({ tag, difference }) => `${tag} (${difference})`).join(', ');
  const ownBase = imageQuery.systems.some(({ os }) => os === 'alpine') ? '' : 'set `own-base` to make one here, ';
  const nearest = existing === '' ? '' : `Nearest that exist: ${existing}. `;
  return new MixReleaseError('no-such-image', {
    what:
      `there is no ${repository} image with Elixir ${imageQuery.elixir.requested} and Erlang/OTP ${imageQuery.otp.requested} ` +
      `on ${systemsText(imageQuery)} for ${imageQuery.architecture}${note}`,
    next:
      nearest +
      `Choose another version or another os, ${ownBase}ask hexpm for the image at ${REQUEST_PAGE}, ` +
      'name an image that has both with `image`, or give a Dockerfile that builds one with `dockerfile`.',
  });
}

/** `debian bookworm, ubuntu jammy or debian bullseye` */
function systemsText({ systems }: ImageQuery): string {
  const names = systems.map(({ os, release }) => `${os} ${release}`);
  const [last = '', ...others] = names.reverse();
  return others.length === 0 ? last : `${others.reverse().join(', ')} or ${last}`;
}

type Miss = 'elixir' | 'otp' | 'os' | 'architecture';

const KINDS: readonly { readonly misses: string; readonly difference: string }[] = [
  { misses: 'architecture', difference: 'other architecture' },
  { misses: 'otp', difference: 'other Erlang/OTP' },
  { misses: 'os', difference: 'other system' },
  { misses: 'elixir', difference: 'other Elixir' },
  { misses: 'elixir,otp', difference: 'other versions' },
];

/** The parts of a query that an image does not match; empty for an image that matches. */
function misses({ parts, architectures }: ListedTag, imageQuery: ImageQuery): readonly Miss[] {
  const fulfilled: Readonly<Record<Miss, boolean>> = {
    elixir: imageQuery.elixir.matches(parts.elixir),
    otp: imageQuery.otp.matches(parts.otp),
    os: systemRank(parts, imageQuery) < imageQuery.systems.length,
    architecture: architectures.includes(imageQuery.architecture),
  };
  return (['elixir', 'otp', 'os', 'architecture'] as const).filter((part) => !fulfilled[part]);
}

function comparePreference(left: ListedTag, right: ListedTag, imageQuery: ImageQuery, order: VersionOrder): number {
  const [one, other] = [left.parts, right.parts];
  return (
    systemRank(other, imageQuery) - systemRank(one, imageQuery) ||
    order.elixir(one.elixir, other.elixir) ||
    order.otp(one.otp, other.otp) ||
    compareOsDates(one.osDate, other.osDate) ||
    Number(one.slim === imageQuery.slim) - Number(other.slim === imageQuery.slim)
  );
}

/** Index among the query's systems, from 0; the number of systems for one that is not among them. */
function systemRank({ os, osRelease }: HexpmTag, { systems }: ImageQuery): number {
  const index = systems.findIndex((system) => system.os === os && system.release === osRelease);
  return index < 0 ? systems.length : index;
}

/** An image is nearer that shares more leading numbers with the query, then one on the same operating system. */
function compareNearness(left: ListedTag, right: ListedTag, imageQuery: ImageQuery, order: VersionOrder): number {
  const [one, other] = [left.parts, right.parts];
  return (
    sharedPrefixLength(one.elixir, imageQuery.elixir.requested) -
      sharedPrefixLength(other.elixir, imageQuery.elixir.requested) ||
    sharedPrefixLength(one.otp, imageQuery.otp.requested) - sharedPrefixLength(other.otp, imageQuery.otp.requested) ||
    Number(hasWantedOs(one, imageQuery)) - Number(hasWantedOs(other, imageQuery)) ||
    comparePreference(left, right, imageQuery, order)
  );
}

function hasWantedOs({ os }: HexpmTag, { systems }: ImageQuery): boolean {
  return systems.some((system) => system.os === os);
}

/** Pre-releases are suggested only where one was requested. */
function isStable(version: string, constraint: VersionConstraint): boolean {
  return !version.includes('-') || constraint.requested.includes('-');
}

/** The number of leading numbers that two versions share. */
function sharedPrefixLength(version: string, requested: string): number {
  const wanted = /\d+(?:\.\d+)*/.exec(requested)?.[0].split('.') ?? [];
  const numbers = version.split(/[.-]/);
  const different = wanted.findIndex((number, index) => numbers[index] !== number);
  return different < 0 ? wanted.length : different;
}

/** One image for each pair and system: in an error message, further dates of the same image help nobody. */
function withoutDates(tags: readonly ListedTag[]): readonly ListedTag[] {
  const seen = new Set<string>();
  return tags.filter(({ parts: { elixir, otp, os, osRelease } }) => {
    const key = [elixir, otp, os, osRelease].join(' ');
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
