import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { listTags, type ListingOptions } from '../../../src/registry/candidates.js';
import { REAL_TIMING } from '../../../src/registry/http.js';
import { catalogue } from '../../rig/listing/catalogue.js';
import { startListing, type ListingServer } from '../../rig/listing/server.js';

const published = catalogue().filter(({ repo }) => repo === 'hexpm/elixir');

let server: ListingServer;
let options: ListingOptions;

beforeAll(async () => {
  server = await startListing(catalogue());
  options = {
    api: server.api,
    signal: new AbortController().signal,
    timing: { ...REAL_TIMING, firstDelay: 1 },
  };
});
afterAll(async () => server[Symbol.asyncDispose]());
beforeEach(() => server.clear());

const queries = (): readonly string[] => server.requests.map(({ url }) => url.search);

test('every page is read, and the staging repositories are left out', async () => {
  const listing = await listTags({}, options);
  expect(listing.complete).toBe(true);
  expect(listing.tags.map(({ tag }) => tag).sort()).toEqual(published.map(({ tag }) => tag).sort());
  expect(queries()).toEqual(
    ['', '&offset=100', '&offset=200', '&offset=300'].map(
      (offset) => `?repo=hexpm%2Felixir&sort=elixir_version%2Cerlang_version%2Cos_version${offset}`,
    ),
  );
});

test('the filters are those of the API, and one page is one request', async () => {
  const query = {
    architecture: 'arm64',
    elixirVersion: '1.18.4',
    erlangVersion: '28',
    os: 'debian',
    osVersion: 'trixie',
  };
  const { tags } = await listTags(query, options);
  expect(tags).toHaveLength(6);
  expect(tags[0]).toEqual({
    tag: '1.18.4-erlang-28.1-debian-trixie-20250929-slim',
    parts: {
      elixir: '1.18.4',
      otp: '28.1',
      os: 'debian',
      osRelease: 'trixie',
      osDate: '20250929',
      slim: true,
    },
    architectures: ['amd64', 'arm64'],
  });
  expect(server.requests).toHaveLength(1);
  expect(Object.fromEntries(server.requests[0]?.url.searchParams ?? [])).toMatchObject({
    repo: 'hexpm/elixir',
    arch: 'arm64',
    elixir_version: '1.18.4',
    erlang_version: '28',
    os: 'debian',
    os_version: 'trixie',
  });
});

test('reading stops at a limit, with the best read and the listing marked as incomplete', async () => {
  const { tags, complete } = await listTags({}, { ...options, maxPages: 1 });
  expect(complete).toBe(false);
  expect(tags.length).toBeLessThanOrEqual(100);
  expect(tags[0]?.parts.elixir).toBe('1.20.3');
  expect(server.requests).toHaveLength(1);
});

test('an empty listing is an answer', async () => {
  expect(await listTags({ elixirVersion: '1.99' }, options)).toEqual({ tags: [], complete: true });
});

test('fields and rows that we do not know are passed over', async () => {
  const body = JSON.stringify({
    tags: [
      {
        repo: 'hexpm/elixir',
        tag: '1.18.4-erlang-28.1-alpine-3.22.1',
        archs: ['amd64', 7],
        built_at: null,
        signed: true,
      },
      { repo: 'hexpm/elixir', tag: '1.18.4-erlang-28.1-fedora-42', archs: ['amd64'] },
      { repo: 'hexpm/elixir', tag: 'latest', archs: ['amd64'] },
      { repo: 'hexpm/elixir', tag: 5 },
      { repo: 'hexpm/elixir', tag: '1.18.4-erlang-28.1-alpine-3.22.1' },
      null,
      'text',
    ],
    next: null,
  });
  server.fail({ status: 200, body });
  expect((await listTags({}, options)).tags).toMatchObject([
    { tag: '1.18.4-erlang-28.1-alpine-3.22.1', architectures: ['amd64'] },
  ]);
});

describe('an outage is never an empty listing', () => {
  test.each([
    ['{"tags":[{"tag"', 'answered 200 with something that is not JSON: {"tags":[{"tag"'],
    ['', 'answered 200 with something that is not JSON: (nothing)'],
    ['{"error":"busy"}', 'answered JSON that is not a listing of tags: {"error":"busy"}'],
    ['null', 'answered JSON that is not a listing of tags: null'],
    ['[]', 'answered JSON that is not a listing of tags: []'],
  ])('%j', async (body, what) => {
    server.fail({ status: 200, body });
    await expect(listTags({}, options)).rejects.toMatchObject({
      code: 'registry-outage',
      message: `${server.host} ${what}`,
      next: expect.stringMatching(/not a missing version.*`image`.*docker load.*`registry`/),
    });
  });

  test('on a later page', async () => {
    const third = listTags({}, { ...options, timing: { ...REAL_TIMING, firstDelay: 1 } });
    while (server.requests.length < 1) await new Promise((resolve) => setImmediate(resolve));
    server.fail({ status: 502 }, 12);
    await expect(third).rejects.toMatchObject({ code: 'registry-outage', message: `${server.host} answered 502` });
  });

  test('429, then success', async () => {
    server.fail({ status: 429, retryAfter: '0' });
    expect((await listTags({ elixirVersion: '1.20' }, options)).tags.length).toBeGreaterThan(10);
  });
});
