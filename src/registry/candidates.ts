import * as v from 'valibot';
import { MixReleaseError } from '../errors.js';
import { catchCode } from './catch-code.js';
import { excerpt, outage, requestJson, type HttpOptions } from './http.js';
import { lenient } from './lenient.js';
import { parseTag, type HexpmTag } from './hexpm-tags.js';

/** Where the builder of hexpm/elixir images lists them; `docs/api.md` in hexpm/bob describes it. */
const BUILDER_API = 'https://bob.hex.pm/api/docker';
export const HEXPM_REPOSITORY = 'hexpm/elixir';

const PAGE = 100;
const MAX_PAGES = 20;
/** Tags hold dates, so that without the listing none can be guessed. */
const WAYS_ON =
  'This is an outage or a closed network, not a missing version, and only there is known which images were built: ' +
  'try again later, name an image with `image`, load one that fits with docker load, ' +
  'or name with `registry` one of your own that lists its tags.';

/** Filters of the listing. Each is a prefix: `1.1` also finds 1.18, so whoever asks must look at the answer. */
export interface TagQuery {
  readonly arch?: string;
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
  /** Architectures in the engine's words: `amd64`, `arm64`. */
  readonly archs: readonly string[];
}

export interface Listing {
  /** Highest Elixir first, then highest OTP, then newest operating system. */
  readonly tags: readonly ListedTag[];
  /** False when there were more pages than we read. */
  readonly complete: boolean;
}

export interface ListingOptions extends HttpOptions {
  /** Another address of the same API. */
  readonly api?: string;
  /** At most this many pages of 100 tags; 20 unless told. */
  readonly maxPages?: number;
}

/**
 * The images that the builder lists for a query: all pages, up to a limit.
 *
 * @throws MixReleaseError `registry-outage` when the builder cannot be asked, or answers what is no listing
 */
export async function listTags(query: TagQuery, options: ListingOptions): Promise<Listing> {
  const listing = await catchCode(readPages(query, options), 'registry-outage');
  if (!(listing instanceof MixReleaseError)) return listing;
  throw new MixReleaseError('registry-outage', { what: listing.message, next: WAYS_ON, cause: listing });
}

async function readPages(query: TagQuery, options: ListingOptions): Promise<Listing> {
  const found = new Map<string, ListedTag>();
  let offset = 0;
  for (let pages = options.maxPages ?? MAX_PAGES; pages > 0; pages -= 1) {
    const page = await readPage(query, offset, options);
    // By tag: what is added while we read moves the last row of one page into the next.
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
  throw outage(url, `answered JSON that is no listing of tags: ${excerpt(Buffer.from(JSON.stringify(answer)))}`);
}

function pageUrl(api: string, query: TagQuery, offset: number): URL {
  const url = new URL(api);
  const parameters = {
    repo: HEXPM_REPOSITORY,
    arch: query.arch,
    elixir_version: query.elixirVersion,
    erlang_version: query.erlangVersion,
    os: query.os,
    os_version: query.osVersion,
    // The best come first, so that a limit on pages cuts off the worst.
    sort: 'elixir_version,erlang_version,os_version',
    offset: offset === 0 ? undefined : String(offset),
  };
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined && value !== '') url.searchParams.set(name, value);
  }
  return url;
}

const ROW = v.object({ repo: v.literal(HEXPM_REPOSITORY), tag: v.string(), archs: v.array(v.unknown()) });

/** A row as an image; none for a row of a staging repository (`hexpm/elixir-amd64`) or of a shape we do not know. */
function listedTag(row: unknown): readonly ListedTag[] {
  const found = v.safeParse(ROW, row);
  const parts = found.success ? parseTag(found.output.tag) : undefined;
  if (!found.success || !parts) return [];
  const { tag, archs } = found.output;
  return [{ tag, parts, archs: archs.filter((arch) => typeof arch === 'string') }];
}
