import { MixReleaseError } from '../errors.js';
import {
  HEXPM_REPOSITORY,
  listTags,
  type ListedTag,
  type Listing,
  type ListingOptions,
  type TagQuery,
} from './candidates.js';
import { nearestTags, noSuchImage, rankTags, type ImageWish, type Suggestion, type VersionOrder } from './choose.js';
import type { HexpmTag } from './hexpm-tags.js';
import { headManifest, type FoundManifest } from './oci.js';
import { formatReference, parseReference, withRegistry, type ImageReference } from './reference.js';
import type { RepositoryOptions } from './repository.js';

/** Listed images that are tried in the registry before we say that it has none: a mirror may lag behind. */
const CANDIDATES = 3;
/** Pages of each further look-up that only serves an error text. */
const NEAR_PAGES = 2;

export interface FindOptions extends ListingOptions, RepositoryOptions {
  /** Registry or mirror prefix to take the image from: `mirror.example:5000/proxy`. */
  readonly registry?: string;
}

/** The image that a wish comes to. */
export interface FoundImage extends FoundManifest {
  /** With its tag and, as `digest`, what the tag stands for now. */
  readonly reference: ImageReference;
  readonly parts: HexpmTag;
}

/**
 * The best hexpm/elixir image for a wish that the registry really has, by digest.
 *
 * @throws MixReleaseError `no-such-image` with the nearest that exist, or as `listTags` and `headManifest` do
 */
export async function findImage(wish: ImageWish, order: VersionOrder, options: FindOptions): Promise<FoundImage> {
  const candidates = (await findTags(wish, order, options)).slice(0, CANDIDATES);
  for (const { tag, parts } of candidates) {
    const reference = referenceOf(tag, options.registry);
    const manifest = await headManifest(reference, `linux/${wish.arch}`, options);
    if (manifest) return { ...manifest, reference: { ...reference, digest: manifest.digest }, parts };
  }
  const missing = candidates.map(({ tag }) => formatReference(referenceOf(tag, options.registry)));
  throw noSuchImage(wish, [], `: it is listed, but the registry does not have ${missing.join(', ')}`);
}

/**
 * The listed images that fulfil a wish, the best first; never none.
 *
 * @throws MixReleaseError `no-such-image` with the nearest that exist, or `registry-outage`
 */
export async function findTags(
  wish: ImageWish,
  order: VersionOrder,
  options: ListingOptions,
): Promise<readonly ListedTag[]> {
  const listing = await listTags(exactQuery(wish), options);
  const ranked = rankTags(listing.tags, wish, order);
  if (ranked.length > 0) return ranked;
  const note = listing.complete ? '' : ` among the first ${String(listing.tags.length)} that are listed`;
  throw noSuchImage(wish, await findNearest(wish, order, options), note);
}

/** What comes near. Where the listing fails only now, the answer stands and has no suggestions. */
async function findNearest(
  wish: ImageWish,
  order: VersionOrder,
  options: ListingOptions,
): Promise<readonly Suggestion[]> {
  const near: ListedTag[] = [];
  for (const query of nearQueries(wish)) {
    near.push(...(await quietly(listTags(query, { ...options, maxPages: NEAR_PAGES }))).tags);
  }
  return nearestTags([...new Map(near.map((tag) => [tag.tag, tag])).values()], wish, order);
}

async function quietly(listing: Promise<Listing>): Promise<Listing> {
  try {
    return await listing;
  } catch (error) {
    if (error instanceof MixReleaseError && error.code === 'registry-outage') return { tags: [], complete: false };
    throw error;
  }
}

function exactQuery(wish: ImageWish): TagQuery {
  return { ...versionsOf(wish), ...systemOf(wish), arch: wish.arch };
}

/** Without the OTP, on any system, with any patch of that Elixir, for any architecture. */
function nearQueries(wish: ImageWish): readonly TagQuery[] {
  const { arch, elixir } = wish;
  return [
    { elixirVersion: elixir.prefix, ...systemOf(wish), arch },
    { ...versionsOf(wish), arch },
    { elixirVersion: shorter(elixir.prefix), ...systemOf(wish), arch },
    { ...versionsOf(wish), ...systemOf(wish) },
  ];
}

function versionsOf({ elixir, otp }: ImageWish): TagQuery {
  return { elixirVersion: elixir.prefix, erlangVersion: otp.prefix };
}

function systemOf({ os, osReleases }: ImageWish): TagQuery {
  const [release, ...others] = osReleases;
  return release === undefined || others.length > 0 ? { os } : { os, osVersion: release };
}

/** The prefix without its last number: `1.18.` for `1.18.3`. */
function shorter(prefix: string): string {
  return prefix.replace(/[^.]+\.?$/, '');
}

function referenceOf(tag: string, registry: string | undefined): ImageReference {
  const reference = parseReference(`${HEXPM_REPOSITORY}:${tag}`);
  return registry === undefined ? reference : withRegistry(reference, registry);
}
