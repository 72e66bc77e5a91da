import { MixReleaseError } from '../errors.js';
import { HEXPM_REPOSITORY, type ListedTag, type ListingOptions } from './candidates.js';
import { nearestTags, noSuchImage, rankTags, type ImageQuery, type Suggestion, type VersionOrder } from './choose.js';
import { catchCode } from './catch-code.js';
import { parseTag, type HexpmTag } from './hexpm-tags.js';
import { findManifest, type FoundManifest } from './oci.js';
import { listPublished, mergedTags, nearestPublished } from './published.js';
import {
  formatReference,
  parseReference,
  registryHost,
  repositoryOf,
  withRegistry,
  type ImageReference,
} from './reference.js';
import { listRepositoryTags, type PagingOptions } from './repository-tags.js';
import { openRepository, type Repository, type RepositoryOptions } from './repository.js';

/** Listed images that are tried in the registry before it counts as having none: a mirror may lag behind. */
const CANDIDATES = 5;

export interface FindOptions extends ListingOptions, RepositoryOptions, PagingOptions {
  /** Registry or mirror prefix to take the image from: `mirror.example:5000/proxy`. Its own tags are listed first. */
  readonly registry?: string;
}

/** The image that a query resolves to. */
export interface FoundImage extends FoundManifest {
  /** With its tag and, as `digest`, that of the platform's manifest under the tag now: never that of an index. */
  readonly reference: ImageReference;
  readonly parts: HexpmTag;
}

/**
 * The best hexpm/elixir image for a query that the registry has for the architecture, by digest.
 *
 * A registry that is named is asked for its tags first. Where it does not list them, or none matches, the published
 * tags are tried in it by name: a pull-through cache serves tags that it does not list.
 *
 * @throws MixReleaseError `no-such-image` with the nearest that exist; `registry-outage` where the registry fails,
 *   or
 *   lists nothing while the listing of published images fails; `bad-option` for an invalid registry; else as
 *   `findManifest` does
 */
export async function findImage(
  imageQuery: ImageQuery,
  order: VersionOrder,
  options: FindOptions,
): Promise<FoundImage> {
  const upstream = parseReference(HEXPM_REPOSITORY);
  const image = options.registry === undefined ? upstream : withRegistry(upstream, options.registry);
  const repository = openRepository(image, options);
  // Docker Hub has tens of thousands of these tags; only the listing of published images can be filtered.
  const fromRegistry =
    repositoryOf(image) === HEXPM_REPOSITORY ? UNKNOWN : await registryTags(repository, imageQuery, options);
  const best = (tags: readonly ListedTag[]): readonly ListedTag[] => rankTags(tags, imageQuery, order);
  const firstOf = (tags: readonly ListedTag[]): Promise<Attempt> => firstAvailable(tags, repository, imageQuery);

  const listed = fromRegistry.complete ? best(fromRegistry.tags).slice(0, CANDIDATES) : [];
  const first = await firstOf(listed);
  if (first.image) return first.image;

  const published = await publishedTags(imageQuery, order, options);
  const tried = new Set(listed.map(({ tag }) => tag));
  const others = best(mergedTags([fromRegistry.tags, published.tags])).filter(({ tag }) => !tried.has(tag));
  const second = await firstOf(others.slice(0, CANDIDATES));
  if (second.image) return second.image;

  const misses = [...first.misses, ...second.misses];
  throw await notFound({ imageQuery, order, image, fromRegistry, published, misses }, options);
}

/** Tags from one source. */
interface KnownTags {
  readonly tags: readonly ListedTag[];
  readonly complete: boolean;
  /** Why the registry's list is incomplete. */
  readonly incompleteBecause?: string;
  /** Why there is no answer. */
  readonly outage?: MixReleaseError;
}

const UNKNOWN: KnownTags = { tags: [], complete: false };

/** The tags that a registry lists. Only each manifest has its architectures: the requested one is assumed. */
async function registryTags(repository: Repository, imageQuery: ImageQuery, options: FindOptions): Promise<KnownTags> {
  const answer = await catchCode(listRepositoryTags(repository, options), 'registry-outage');
  if (answer instanceof MixReleaseError) return { ...UNKNOWN, outage: answer };
  const tags = answer.tags.flatMap((tag) => {
    const parts = parseTag(tag);
    return parts ? [{ tag, parts, architectures: [imageQuery.architecture] }] : [];
  });
  if (answer.incompleteBecause === undefined) return { tags, complete: true };
  return {
    tags,
    complete: false,
    incompleteBecause: `${registryHost(repository.reference)} ${answer.incompleteBecause}`,
  };
}

async function publishedTags(imageQuery: ImageQuery, order: VersionOrder, options: FindOptions): Promise<KnownTags> {
  const answer = await catchCode(listPublished(imageQuery, order, options), 'registry-outage');
  return answer instanceof MixReleaseError ? { ...UNKNOWN, outage: answer } : answer;
}

/** The first of several images that the registry has, or why it has none of them. */
interface Attempt {
  readonly image?: FoundImage;
  readonly misses: readonly string[];
}

async function firstAvailable(
  tags: readonly ListedTag[],
  repository: Repository,
  imageQuery: ImageQuery,
): Promise<Attempt> {
  const misses: string[] = [];
  for (const { tag, parts } of tags) {
    const reference = { ...repository.reference, tag };
    const found = await catchCode(findManifest(repository, reference, imageQuery.platform), 'image-platform-mismatch');
    if (found instanceof MixReleaseError) misses.push(found.message);
    else if (!found) misses.push(`the registry does not have ${formatReference(reference)}`);
    else return { image: { ...found, reference: { ...reference, digest: found.platformDigest }, parts }, misses };
  }
  return { misses };
}

interface Search {
  readonly imageQuery: ImageQuery;
  readonly order: VersionOrder;
  /** The repository that was searched. */
  readonly image: ImageReference;
  readonly fromRegistry: KnownTags;
  readonly published: KnownTags;
  readonly misses: readonly string[];
}

async function notFound(search: Search, options: FindOptions): Promise<MixReleaseError> {
  const { imageQuery, image, fromRegistry, published, misses } = search;
  // A registry that did not answer may have the image.
  if (fromRegistry.outage) return fromRegistry.outage;
  if (published.outage && fromRegistry.tags.length === 0) return outageOfBoth(published.outage, fromRegistry);
  const isCut = published.outage === undefined && !published.complete;
  const note = [
    isCut ? ` among the first ${String(published.tags.length)} that are listed` : '',
    misses.length === 0 ? '' : `: ${misses.join('; ')}`,
    fromRegistry.incompleteBecause !== undefined && fromRegistry.tags.length > 0
      ? `; ${fromRegistry.incompleteBecause}`
      : '',
    published.outage ? `; whether others are published is unknown, since ${published.outage.message}` : '',
  ];
  return noSuchImage(imageQuery, await nearest(search, options), note.join(''), repositoryOf(image));
}

/**
 * The nearest images of the registry; where it lists none, the nearest published ones, unless the registry lacks
 * those.
 */
async function nearest(
  { imageQuery, order, fromRegistry, published, misses }: Search,
  options: FindOptions,
): Promise<readonly Suggestion[]> {
  const near = nearestTags(fromRegistry.tags, imageQuery, order);
  const isSettled = near.length > 0 || misses.length > 0 || published.outage !== undefined;
  return isSettled ? near : nearestPublished(imageQuery, order, options);
}

function outageOfBoth(outage: MixReleaseError, { incompleteBecause }: KnownTags): MixReleaseError {
  if (incompleteBecause === undefined) return outage;
  return new MixReleaseError('registry-outage', {
    what: `${outage.message}, and ${incompleteBecause}`,
    next: outage.next,
    cause: outage,
  });
}
