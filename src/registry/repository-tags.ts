import * as v from 'valibot';
import { MixReleaseError } from '../errors.js';
import { valueIn } from '../json.js';
import { catchCode } from './catch-code.js';
import type { Answer } from './http.js';
import type { Repository } from './repository.js';

const PAGE = 1000;
/** A pull-through cache that passes on Docker Hub's list has tens of thousands of tags. */
const MAX_PAGES = 50;

export interface PagingOptions {
  /** Tags to request per page; 1000 by default. A registry may send fewer, or all. */
  readonly tagPage?: number;
  /** At most this many pages; 50 by default. */
  readonly maxTagPages?: number;
}

/** The tags of a repository. */
export interface RepositoryTags {
  /** In the registry's order; each once. */
  readonly tags: readonly string[];
  /** Why the list is incomplete, as a predicate of the registry's name: `answered 404 for its tags`. */
  readonly incompleteBecause?: string;
}

/**
 * The tags that a registry lists for a repository, page by page. A registry that cannot list them is no error, since it may
 * still serve an image by name: then there are no tags, and `incompleteBecause` says why.
 *
 * Source: "Listing Tags" in github.com/opencontainers/distribution-spec, spec.md.
 *
 * @throws MixReleaseError `registry-outage`
 */
export async function listRepositoryTags(repository: Repository, options: PagingOptions): Promise<RepositoryTags> {
  const found = new Set<string>();
  const stop = (incompleteBecause: string): RepositoryTags => ({ tags: [...found], incompleteBecause });
  const requested = new Set<string>();
  let url = repository.url('tags/list');
  url.searchParams.set('n', String(options.tagPage ?? PAGE));
  while (requested.size < (options.maxTagPages ?? MAX_PAGES)) {
    requested.add(url.href);
    const answer = await catchCode(repository.send('GET', url, 'application/json'), 'image-not-found');
    if (answer instanceof MixReleaseError) return stop(`does not list its tags (${answer.message})`);
    if (answer.status < 200 || answer.status > 299) return stop(`answered ${String(answer.status)} for its tags`);
    const tags = tagsOf(answer);
    if (!tags) return stop('answered something other than a list of tags');
    for (const tag of tags) found.add(tag);
    const link = nextLink(answer, url);
    if (!link) return found.size === 0 ? stop('lists no tags') : { tags: [...found] };
    if (link.host !== url.host)
      return stop(`links to another host (${link.host}) for more of its tags, which was not followed`);
    url = onHostOf(url, link);
    if (requested.has(url.href)) return stop('links to the same page again for more of its tags');
  }
  return stop(`lists more than ${String(requested.size)} pages of tags`);
}

/** `null` stands for no tags in the answers of some registries. */
const TAGS = v.object({ tags: v.nullable(v.array(v.unknown())) });

/** The texts among the tags. */
function tagsOf({ body }: Answer): readonly string[] | undefined {
  const found = valueIn(TAGS, body.toString('utf8'));
  return found && (found.tags ?? []).filter((tag) => typeof tag === 'string');
}

/** The link to the next page: RFC 8288, `<…>; rel="next"`. */
function nextLink({ headers }: Answer, base: URL): URL | undefined {
  const link = /<([^>]*)>\s*;[^,]*\brel="?next\b/i.exec(headers.get('link') ?? '')?.[1];
  return link === undefined || !URL.canParse(link, base.href) ? undefined : new URL(link, base);
}

/** A link's path and query on the URL's own origin: a registry behind a proxy may not know that clients use HTTPS. */
function onHostOf(url: URL, link: URL): URL {
  const next = new URL(url);
  next.pathname = link.pathname;
  next.search = link.search;
  return next;
}
