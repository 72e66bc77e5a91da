import { startLoopback, type Loopback, type Reply, type Seen } from './loopback.js';

const PAGE = 100;
const TAG = /^(.+)-erlang-(.+)-(alpine|ubuntu|debian)-(.+)$/;

/** One tag as the builder's API lists it. */
export interface Row {
  readonly repo: string;
  readonly tag: string;
  readonly archs: readonly string[];
  /** ISO 8601, UTC. */
  readonly built_at: string;
}

export interface ListingServer extends Loopback {
  /** Address of the listing. */
  readonly api: string;
}

/**
 * The builder's tag listing over a table of rows, newest first: prefix filters, `sort`, pages of 100 by `offset`.
 * After docs/api.md and lib/bob/artifacts/docker_tag_search.ex in hexpm/bob.
 */
export async function startListing(rows: readonly Row[]): Promise<ListingServer> {
  const loopback = await startLoopback((seen) => answer(rows, seen));
  return { ...loopback, api: `http://${loopback.host}/api/docker` };
}

function answer(rows: readonly Row[], { url: { pathname, searchParams } }: Seen): Reply {
  if (pathname !== '/api/docker') return { status: 404, body: 'not found' };
  const offset = /^[1-9]\d*$/.test(searchParams.get('offset') ?? '') ? Number(searchParams.get('offset')) : 0;
  const found = sorted(
    rows.filter((row) => matches(row, searchParams)),
    searchParams.get('sort') ?? 'built_at',
  );
  const page = { tags: found.slice(offset, offset + PAGE), total: found.length, offset, page_size: PAGE };
  return { status: 200, headers: { 'content-type': 'application/json; charset=utf-8' }, body: JSON.stringify(page) };
}

function matches(row: Row, filters: URLSearchParams): boolean {
  const wanted = (name: string): string => filters.get(name) ?? '';
  if (!row.repo.startsWith(wanted('repo')) || !row.archs.some((arch) => arch.startsWith(wanted('arch')))) return false;
  if (wanted('tag') !== '') return row.tag.startsWith(wanted('tag'));
  const fields = fieldsOf(row);
  return Object.entries(fields).every(([name, value]) => name === 'built_at' || value.startsWith(wanted(name)));
}

function fieldsOf({ tag, built_at }: Row): Readonly<Record<string, string>> {
  const [, elixir_version = '', erlang_version = '', os = '', os_version = ''] = TAG.exec(tag) ?? [];
  return { elixir_version, erlang_version, os, os_version, built_at };
}

/** Descending by each key; a stable version before its pre-releases. */
function sorted(rows: readonly Row[], sort: string): readonly Row[] {
  const collator = new Intl.Collator('en', { numeric: true });
  return rows.toSorted((left, right) => {
    for (const key of sort.split(',')) {
      const [one = '', other = ''] = [fieldsOf(left)[key], fieldsOf(right)[key]];
      const order =
        collator.compare(release(other), release(one)) ||
        Number(one.includes('-')) - Number(other.includes('-')) ||
        collator.compare(other, one);
      if (order !== 0) return order;
    }
    return right.built_at.localeCompare(left.built_at);
  });
}

function release(version: string): string {
  return version.replace(/-.*/, '');
}
