import { MixReleaseError } from '../errors.js';
import { HEXPM_REPOSITORY, type ListedTag } from './candidates.js';
import { compareOsDates, type HexpmSystem, type HexpmTag } from './hexpm-tags.js';

const SUGGESTIONS = 5;
const SUGGESTIONS_OF_A_KIND = 2;

/** What is asked where any version will do. */
export const ANY_VERSION = 'any';

/** A version that is wanted: exact, or any that matches. */
export interface VersionConstraint {
  /** As it was asked for, for error texts and for tags that are named so: `1.18.3`, `1.18`, or `ANY_VERSION`. */
  readonly requested: string;
  /** Text that every matching version starts with, for the listing's filters; may be empty. */
  readonly prefix: string;
  readonly matches: (version: string) => boolean;
}

/** Negative when the left version is the lower one. */
export type CompareVersions = (left: string, right: string) => number;

export interface VersionOrder {
  readonly elixir: CompareVersions;
  readonly otp: CompareVersions;
}

/** A release of an operating system: `bookworm` of `debian`, `3.22` of `alpine`. */
export interface SystemVersion {
  readonly os: HexpmSystem;
  readonly release: string;
}

/** The image that is wanted. */
export interface ImageQuery {
  readonly elixir: VersionConstraint;
  readonly otp: VersionConstraint;
  /** Systems that will do, the most wanted first; at least one. */
  readonly systems: readonly SystemVersion[];
  /** Architecture in the engine's words: `amd64`, `arm64`. */
  readonly arch: string;
  /** Which of two otherwise equal images: slim (Debian only) or full. */
  readonly slim: boolean;
}

/** An image that is not what was asked, and in what it differs. */
export interface Suggestion {
  readonly tag: string;
  readonly difference: string;
}

/**
 * The images that fulfil a wish, the best first: the most wanted system, then highest Elixir, then highest OTP, then
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
 * Up to five images that come near a wish: the same for another architecture, the same Elixir on another OTP, the same
 * pair on another system, the nearest other Elixir. Of each kind two at first, so that no kind hides the others.
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
    const found = distinct(ofKind.sort((left, right) => compareNearness(right, left, imageQuery, order)));
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
 * The error for a wish that nothing fulfils.
 *
 * @param note goes on with the sentence that says what there is not
 * @param repository where it was looked for
 */
export function noSuchImage(
  imageQuery: ImageQuery,
  near: readonly Suggestion[],
  note = '',
  repository: string = HEXPM_REPOSITORY,
): MixReleaseError {
  const existing = near.map(({ tag, difference }) => `${tag} (${difference})`).join(', ');
  const nearest = existing === '' ? '' : `Nearest that exist: ${existing}. `;
  return new MixReleaseError('no-such-image', {
    what:
      `there is no ${repository} image with Elixir ${imageQuery.elixir.requested} and Erlang/OTP ${imageQuery.otp.requested} ` +
      `on ${systemsText(imageQuery)} for ${imageQuery.arch}${note}`,
    next:
      nearest +
      'Ask for another version or another os, name an image that has both with `image`, ' +
      'or give a Dockerfile that makes one with `dockerfile`.',
  });
}

/** `debian bookworm, ubuntu jammy or debian bullseye` */
function systemsText({ systems }: ImageQuery): string {
  const names = systems.map(({ os, release }) => `${os} ${release}`);
  const [last = '', ...others] = names.reverse();
  return others.length === 0 ? last : `${others.reverse().join(', ')} or ${last}`;
}

type Miss = 'elixir' | 'otp' | 'os' | 'arch';

const KINDS: readonly { readonly misses: string; readonly difference: string }[] = [
  { misses: 'arch', difference: 'other architecture' },
  { misses: 'otp', difference: 'other Erlang/OTP' },
  { misses: 'os', difference: 'other system' },
  { misses: 'elixir', difference: 'other Elixir' },
  { misses: 'elixir,otp', difference: 'other versions' },
];

/** In what an image is not what was asked; nothing for one that fulfils the wish. */
function misses({ parts, archs }: ListedTag, imageQuery: ImageQuery): readonly Miss[] {
  const fulfilled: Readonly<Record<Miss, boolean>> = {
    elixir: imageQuery.elixir.matches(parts.elixir),
    otp: imageQuery.otp.matches(parts.otp),
    os: systemRank(parts, imageQuery) < imageQuery.systems.length,
    arch: archs.includes(imageQuery.arch),
  };
  return (['elixir', 'otp', 'os', 'arch'] as const).filter((part) => !fulfilled[part]);
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

/** Place among the wanted systems, from 0; behind all of them for one that is not. */
function systemRank({ os, osRelease }: HexpmTag, { systems }: ImageQuery): number {
  const index = systems.findIndex((system) => system.os === os && system.release === osRelease);
  return index < 0 ? systems.length : index;
}

/** Nearer is what shares more of the numbers that were asked for, and more of the system. */
function compareNearness(left: ListedTag, right: ListedTag, imageQuery: ImageQuery, order: VersionOrder): number {
  const [one, other] = [left.parts, right.parts];
  return (
    shared(one.elixir, imageQuery.elixir.requested) - shared(other.elixir, imageQuery.elixir.requested) ||
    shared(one.otp, imageQuery.otp.requested) - shared(other.otp, imageQuery.otp.requested) ||
    Number(isOfWantedOs(one, imageQuery)) - Number(isOfWantedOs(other, imageQuery)) ||
    comparePreference(left, right, imageQuery, order)
  );
}

function isOfWantedOs({ os }: HexpmTag, { systems }: ImageQuery): boolean {
  return systems.some((system) => system.os === os);
}

/** Nobody who did not ask for a pre-release is pointed to one. */
function isStable(version: string, imageQuery: VersionConstraint): boolean {
  return !version.includes('-') || imageQuery.requested.includes('-');
}

/** How many leading numbers two versions have in common. */
function shared(version: string, requested: string): number {
  const wanted = /\d+(?:\.\d+)*/.exec(requested)?.[0].split('.') ?? [];
  const numbers = version.split(/[.-]/);
  const different = wanted.findIndex((number, index) => numbers[index] !== number);
  return different < 0 ? wanted.length : different;
}

/** One image of each pair and system: its dates are no news to who reads an error. */
function distinct(tags: readonly ListedTag[]): readonly ListedTag[] {
  const seen = new Set<string>();
  return tags.filter(({ parts: { elixir, otp, os, osRelease } }) => {
    const key = [elixir, otp, os, osRelease].join(' ');
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
