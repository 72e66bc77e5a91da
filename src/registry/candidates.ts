import * as v from 'valibot';
import { MixReleaseError } from '../errors.js';
import { catchCode } from './catch-code.js';
import { excerpt, outage, requestJson, type HttpOptions } from './http.js';
import { lenient } from './lenient.js';
import { parseTag, type HexpmTag } from './hexpm-tags.js';

/** The listing of hexpm/elixir images, by the service that builds them; `docs/api.md` in hexpm/bob describes it. */
const BUILDER_API = 'https://bob.hex.pm/api/docker';
export const HEXPM_REPOSITORY = 'hexpm/elixir';

const PAGE = 100;
const MAX_PAGES = 20;
/** Tags contain dates, so a tag cannot be derived from versions without the listing. */
const ADVICE =
  'This is an outage or a closed network, not a missing version; only that listing has the published tags: ' +
  'try again later, name an image with `image`, load one that fits with docker load, ' +
  'or set `registry` to your own registry, which must list its tags.';

/** Filters of the listing. Each is a prefix: `1.1` also matches 1.18, so the caller must check the result. */
export interface TagQuery {
  readonly architecture?: string;
  readonly elixirVersion?: string;
  readonly erlangVersion?: string;
  readonly os?: string;
  /** `bookworm`, `bookworm-20250929`, `3.22`. */
  readonly osVersion?: string;
}

/** One image of hexpm/elixir. */
export interface ListedTag {
  readonly tag: string;
  readonly parts: HexpmTag;
  /** Architectures as engines name them: `amd64`, `arm64`. */
  readonly architectures: readonly string[];
}

export interface Listing {
  /** Highest Elixir first, then highest OTP, then newest operating system. */
  readonly tags: readonly ListedTag[];
  /** False when there were more pages than were read. */
  readonly complete: boolean;
}

export interface ListingOptions extends HttpOptions {
  /** Another address of the same API. */
  readonly api?: string;
  /** At most this many pages of 100 tags; 20 by default. */
  readonly maxPages?: number;
}

/**
 * The published images that match a query: all pages, up to a limit.
 *
 * @throws MixReleaseError `registry-outage` when the listing cannot be reached, or its answer is not a listing
 */
export async function listTags(query: TagQuery, options: ListingOptions): Promise<Listing> {
  const listing = await catchCode(readPages(query, options), 'registry-outage');
  if (!(listing instanceof MixReleaseError)) return listing;
  throw new MixReleaseError('registry-outage', { what: listing.message, next: ADVICE, cause: listing });
}

async function readPages(query: TagQuery, options: ListingOptions): Promise<Listing> {
  const found = new Map<string, ListedTag>();
  let offset = 0;
  for (let pages = options.maxPages ?? MAX_PAGES; pages > 0; pages -= 1) {
    const page = await readPage(query, offset, options);
    // By tag: a row that is added between two requests moves the last row of one page into the next.
    for (const tag of page.rows.flatMap(listedTag)) found.set(tag.tag, tag);
    offset += page.rows.length;
    if (page.rows.length === 0 || offset >= (page.total ?? (page.rows.length < PAGE ? offset : Infinity))) {
      return { tags: [...found.values()], complete: true };
    }
  }
  return { tags: [...found.values()], complete: false };
}

const PAGE_SCHEMA = v.object({ tags: v.array(v.unknown()), total: lenient(v.number()) });

interface Page {
  readonly rows: readonly unknown[];
  readonly total: number | undefined;
}

async function readPage(query: TagQuery, offset: number, options: ListingOptions): Promise<Page> {
  const url = pageUrl(options.api ?? BUILDER_API, query, offset);
  const answer = await requestJson(url, options);
  const page = v.safeParse(PAGE_SCHEMA, answer);
  if (page.success) return { rows: page.output.tags, total: page.output.total };
  throw outage(url, `answered JSON that is not a listing of tags: ${excerpt(Buffer.from(JSON.stringify(answer)))}`);
}

function pageUrl(api: string, query: TagQuery, offset: number): URL {
  const url = new URL(api);
  const parameters = {
    repo: HEXPM_REPOSITORY,
    arch: query.architecture,
    elixir_version: query.elixirVersion,
    erlang_version: query.erlangVersion,
    os: query.os,
    os_version: query.osVersion,
    // Best first, so that the page limit drops the least suitable.
    sort: 'elixir_version,erlang_version,os_version',
    offset: offset === 0 ? undefined : String(offset),
  };
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined && value !== '') url.searchParams.set(name, value);
  }
  return url;
}

const ROW = v.object({ repo: v.literal(HEXPM_REPOSITORY), tag: v.string(), archs: v.array(v.unknown()) });

/** The image of a row; empty for a row of a staging repository (`hexpm/elixir-amd64`) or of an unknown shape. */
function listedTag(row: unknown): readonly ListedTag[] {
  const found = v.safeParse(ROW, row);
  const parts = found.success ? parseTag(found.output.tag) : undefined;
  if (!found.success || !parts) return [];
  const { tag, archs } = found.output;
  return [{ tag, parts, architectures: archs.filter((arch) => typeof arch === 'string') }];
}
