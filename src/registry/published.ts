import { MixReleaseError } from '../errors.js';
import { listTags, type ListedTag, type Listing, type ListingOptions, type TagQuery } from './candidates.js';
import {
  nearestTags,
  rankTags,
  type ImageWish,
  type Suggestion,
  type VersionOrder,
  type WishedSystem,
} from './choose.js';
import { orFailure } from './expected.js';

/** Pages of each further look-up that only serves an error text. */
const NEAR_PAGES = 2;
/** Systems, the most wanted ones, near which is looked. */
const NEAR_SYSTEMS = 3;

/**
 * What the builder lists for a wish: one look-up, and where there is more than it gives, one for each system until one
 * of them has an image that fulfils the wish.
 *
 * @throws MixReleaseError `registry-outage`
 */
export async function listPublished(wish: ImageWish, order: VersionOrder, options: ListingOptions): Promise<Listing> {
  const query = { ...versionsOf(wish), arch: wish.arch };
  const all = await listTags({ ...query, ...systemsQuery(wish.systems) }, options);
  if (all.complete || wish.systems.length < 2) return all;
  const listings = [all];
  for (const system of wish.systems) {
    const listing = await listTags({ ...query, ...systemsQuery([system]) }, options);
    listings.push(listing);
    if (rankTags(listing.tags, wish, order).length > 0) break;
  }
  return {
    tags: mergedTags(listings.map(({ tags }) => tags)),
    complete: listings.slice(1).every(({ complete }) => complete),
  };
}

/** The published images that come near a wish. Where the listing fails only now, there are no suggestions. */
export async function nearestPublished(
  wish: ImageWish,
  order: VersionOrder,
  options: ListingOptions,
): Promise<readonly Suggestion[]> {
  const near: (readonly ListedTag[])[] = [];
  for (const query of nearQueries(wish)) {
    const listing = await orFailure(listTags(query, { ...options, maxPages: NEAR_PAGES }), 'registry-outage');
    if (listing instanceof MixReleaseError) break;
    near.push(listing.tags);
  }
  return nearestTags(mergedTags(near), wish, order);
}

/** All of several lists, each tag once: as the last list that has it says. */
export function mergedTags(lists: readonly (readonly ListedTag[])[]): readonly ListedTag[] {
  return [...new Map(lists.flat().map((tag) => [tag.tag, tag])).values()];
}

/** On any system, for any architecture, and for each system without the OTP and with any patch of that Elixir. */
function nearQueries(wish: ImageWish): readonly TagQuery[] {
  const { arch, elixir, systems } = wish;
  return [
    { ...versionsOf(wish), arch },
    { ...versionsOf(wish), ...systemsQuery(systems) },
    ...systems.slice(0, NEAR_SYSTEMS).flatMap((system) => [
      { elixirVersion: elixir.prefix, ...systemsQuery([system]), arch },
      { elixirVersion: shorter(elixir.prefix), ...systemsQuery([system]), arch },
    ]),
  ];
}

function versionsOf({ elixir, otp }: ImageWish): TagQuery {
  return { elixirVersion: elixir.prefix, erlangVersion: otp.prefix };
}

/** One system by its name; several by the operating system where all have the same, and otherwise not at all. */
function systemsQuery(systems: readonly WishedSystem[]): TagQuery {
  const [first, ...others] = systems;
  if (!first || others.some(({ os }) => os !== first.os)) return {};
  return others.length > 0 ? { os: first.os } : { os: first.os, osVersion: first.release };
}

/** The prefix without its last number: `1.18.` for `1.18.3`. */
function shorter(prefix: string): string {
  return prefix.replace(/[^.]+\.?$/, '');
}
