import { MixReleaseError } from '../errors.js';
import { listTags, type ListedTag, type Listing, type ListingOptions, type TagQuery } from './candidates.js';
import {
  nearestTags,
  rankTags,
  type ImageQuery,
  type Suggestion,
  type VersionOrder,
  type SystemVersion,
} from './choose.js';
import { catchCode } from './catch-code.js';

/** Pages of each further look-up that only serves an error message. */
const NEAR_PAGES = 2;
/** The number of preferred systems that suggestions are looked up for. */
const NEAR_SYSTEMS = 3;

/**
 * The published images for a query: one look-up, and where that is incomplete, one for each system until one
 * of them has a matching image.
 *
 * @throws MixReleaseError `registry-outage`
 */
export async function listPublished(
  imageQuery: ImageQuery,
  order: VersionOrder,
  options: ListingOptions,
): Promise<Listing> {
  const query = { ...versionsOf(imageQuery), arch: imageQuery.architecture };
  const all = await listTags({ ...query, ...systemsQuery(imageQuery.systems) }, options);
  if (all.complete || imageQuery.systems.length < 2) return all;
  const listings = [all];
  for (const system of imageQuery.systems) {
    const listing = await listTags({ ...query, ...systemsQuery([system]) }, options);
    listings.push(listing);
    if (rankTags(listing.tags, imageQuery, order).length > 0) break;
  }
  return {
    tags: mergedTags(listings.map(({ tags }) => tags)),
    complete: listings.slice(1).every(({ complete }) => complete),
  };
}

/** The published images that come near a query. Where the listing fails at this point, there are no suggestions. */
export async function nearestPublished(
  imageQuery: ImageQuery,
  order: VersionOrder,
  options: ListingOptions,
): Promise<readonly Suggestion[]> {
  const near: (readonly ListedTag[])[] = [];
  for (const query of nearQueries(imageQuery)) {
    const listing = await catchCode(listTags(query, { ...options, maxPages: NEAR_PAGES }), 'registry-outage');
    if (listing instanceof MixReleaseError) break;
    near.push(listing.tags);
  }
  return nearestTags(mergedTags(near), imageQuery, order);
}

/** The union of several lists. A tag in several of them is taken from the last. */
export function mergedTags(lists: readonly (readonly ListedTag[])[]): readonly ListedTag[] {
  return [...new Map(lists.flat().map((tag) => [tag.tag, tag])).values()];
}

/**
 * Queries for suggestions: any system, any architecture, and for each system any OTP, then any patch of that Elixir.
 */
function nearQueries(imageQuery: ImageQuery): readonly TagQuery[] {
  const { architecture: arch, elixir, systems } = imageQuery;
  return [
    { ...versionsOf(imageQuery), architecture: arch },
    { ...versionsOf(imageQuery), ...systemsQuery(systems) },
    ...systems.slice(0, NEAR_SYSTEMS).flatMap((system) => [
      { elixirVersion: elixir.prefix, ...systemsQuery([system]), arch },
      { elixirVersion: shorter(elixir.prefix), ...systemsQuery([system]), arch },
    ]),
  ];
}

function versionsOf({ elixir, otp }: ImageQuery): TagQuery {
  return { elixirVersion: elixir.prefix, erlangVersion: otp.prefix };
}

/** One system by its release; several by the operating system where they share it; otherwise no filter. */
function systemsQuery(systems: readonly SystemVersion[]): TagQuery {
  const [first, ...others] = systems;
  if (!first || others.some(({ os }) => os !== first.os)) return {};
  return others.length > 0 ? { os: first.os } : { os: first.os, osVersion: first.release };
}

/** The prefix without its last number: `1.18.` for `1.18.3`. */
function shorter(prefix: string): string {
  return prefix.replace(/[^.]+\.?$/, '');
}
