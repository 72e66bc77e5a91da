import { MixReleaseError } from '../errors.js';
import { HEXPM_REPOSITORY, type ListedTag, type ListingOptions } from './candidates.js';
import { nearestTags, noSuchImage, rankTags, type ImageQuery, type Suggestion, type VersionOrder } from './choose.js';
import { catchCode } from './catch-code.js';
import { parseTag, type HexpmTag } from './hexpm-tags.js';
import { manifestIn, type FoundManifest } from './oci.js';
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

/** Images of a listing that are tried in the registry before we say that it has none: a mirror may lag behind. */
const CANDIDATES = 5;

export interface FindOptions extends ListingOptions, RepositoryOptions, PagingOptions {
  /** Registry or mirror prefix to take the image from: `mirror.example:5000/proxy`. It is asked first what it has. */
  readonly registry?: string;
}

/** The image that a wish comes to. */
export interface FoundImage extends FoundManifest {
  /** With its tag and, as `digest`, what the tag stands for now. */
  readonly reference: ImageReference;
  readonly parts: HexpmTag;
}

/**
 * The best hexpm/elixir image for a wish that the registry really has for the architecture, by digest.
 *
 * A registry that is named says itself what it has. Where it does not list its tags, or none of them fits, what the
 * builder has published is asked for in it by name: a cache in front of another registry has what it does not list.
 *
 * @throws MixReleaseError `no-such-image` with the nearest that exist; `registry-outage` where the registry fails, or
 *   lists nothing while what was published cannot be told; `bad-option` for a registry that is none; else as
 *   `manifestIn` does
 */
export async function findImage(
  imageQuery: ImageQuery,
  order: VersionOrder,
  options: FindOptions,
): Promise<FoundImage> {
  const upstream = parseReference(HEXPM_REPOSITORY);
  const name = options.registry === undefined ? upstream : withRegistry(upstream, options.registry);
  const repository = openRepository(name, options);
  // Docker's own registry has tens of thousands of these tags; only the builder's listing can be filtered.
  const own = repositoryOf(name) === HEXPM_REPOSITORY ? UNKNOWN : await registryTags(repository, imageQuery, options);
  const best = (tags: readonly ListedTag[]): readonly ListedTag[] => rankTags(tags, imageQuery, order);
  const there = (tags: readonly ListedTag[]): Promise<Attempt> => firstAvailable(tags, repository, imageQuery);

  const listed = own.complete ? best(own.tags).slice(0, CANDIDATES) : [];
  const first = await there(listed);
  if (first.image) return first.image;

  const published = await publishedTags(imageQuery, order, options);
  const tried = new Set(listed.map(({ tag }) => tag));
  const others = best(mergedTags([own.tags, published.tags])).filter(({ tag }) => !tried.has(tag));
  const second = await there(others.slice(0, CANDIDATES));
  if (second.image) return second.image;

  const misses = [...first.misses, ...second.misses];
  throw await notFound({ imageQuery, order, name, own, published, misses }, options);
}

/** What somebody says there is. */
interface Listed {
  readonly tags: readonly ListedTag[];
  readonly complete: boolean;
  /** Why a registry said no more. */
  readonly stopped?: string;
  /** Why nobody answered. */
  readonly outage?: MixReleaseError;
}

const UNKNOWN: Listed = { tags: [], complete: false };

/** What a registry lists. For which architectures is seen only in each image: the wanted one is assumed. */
async function registryTags(repository: Repository, imageQuery: ImageQuery, options: FindOptions): Promise<Listed> {
  const answer = await catchCode(listRepositoryTags(repository, options), 'registry-outage');
  if (answer instanceof MixReleaseError) return { ...UNKNOWN, outage: answer };
  const tags = answer.tags.flatMap((tag) => {
    const parts = parseTag(tag);
    return parts ? [{ tag, parts, archs: [imageQuery.arch] }] : [];
  });
  if (answer.stopped === undefined) return { tags, complete: true };
  return { tags, complete: false, stopped: `${registryHost(repository.reference)} ${answer.stopped}` };
}

async function publishedTags(imageQuery: ImageQuery, order: VersionOrder, options: FindOptions): Promise<Listed> {
  const answer = await catchCode(listPublished(imageQuery, order, options), 'registry-outage');
  return answer instanceof MixReleaseError ? { ...UNKNOWN, outage: answer } : answer;
}

/** The first of some images that the registry has, or what it had in place of each. */
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
    const found = await catchCode(
      manifestIn(repository, reference, `linux/${imageQuery.arch}`),
      'image-wrong-platform',
    );
    if (found instanceof MixReleaseError) misses.push(found.message);
    else if (!found) misses.push(`the registry does not have ${formatReference(reference)}`);
    else return { image: { ...found, reference: { ...reference, digest: found.digest }, parts }, misses };
  }
  return { misses };
}

interface Search {
  readonly imageQuery: ImageQuery;
  readonly order: VersionOrder;
  /** Where it was looked for. */
  readonly name: ImageReference;
  readonly own: Listed;
  readonly published: Listed;
  readonly misses: readonly string[];
}

async function notFound(search: Search, options: FindOptions): Promise<MixReleaseError> {
  const { imageQuery, name, own, published, misses } = search;
  // Who did not answer may have it.
  if (own.outage) return own.outage;
  if (published.outage && own.tags.length === 0) return withRegistryToo(published.outage, own);
  const isCut = published.outage === undefined && !published.complete;
  const note = [
    isCut ? ` among the first ${String(published.tags.length)} that are listed` : '',
    misses.length === 0 ? '' : `: ${misses.join('; ')}`,
    own.stopped !== undefined && own.tags.length > 0 ? `; ${own.stopped}` : '',
    published.outage ? `; what else was published cannot be told, since ${published.outage.message}` : '',
  ];
  return noSuchImage(imageQuery, await nearest(search, options), note.join(''), repositoryOf(name));
}

/** The nearest that the registry has; where it lists none, of what is published, unless it lags behind that. */
async function nearest(
  { imageQuery, order, own, published, misses }: Search,
  options: FindOptions,
): Promise<readonly Suggestion[]> {
  const near = nearestTags(own.tags, imageQuery, order);
  const isSettled = near.length > 0 || misses.length > 0 || published.outage !== undefined;
  return isSettled ? near : nearestPublished(imageQuery, order, options);
}

function withRegistryToo(outage: MixReleaseError, { stopped }: Listed): MixReleaseError {
  if (stopped === undefined) return outage;
  return new MixReleaseError('registry-outage', {
    what: `${outage.message}, and ${stopped}`,
    next: outage.next,
    cause: outage,
  });
}
