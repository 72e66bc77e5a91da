import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { findImage, type FindOptions, type FoundImage } from '../../../src/registry/find.js';
import { REAL_TIMING } from '../../../src/registry/http.js';
import { formatReference, repositoryOf } from '../../../src/registry/reference.js';
import { catalogue } from '../../rig/listing/catalogue.js';
import { startRegistry, type FakeRegistry, type RegistryOptions } from '../../rig/listing/registry.js';
import { startListing, type ListingServer } from '../../rig/listing/server.js';
import { imageQueryOf, versionOrder } from '../../rig/listing/queries.js';

const REPOSITORY = 'proxy/hexpm/elixir';
const NEWEST = '1.18.4-erlang-27.3.4.16-debian-bookworm-20260713-slim';
const SECOND = '1.18.4-erlang-27.3.4.16-debian-bookworm-20260713';

const started: FakeRegistry[] = [];
let listing: ListingServer;
let registry: FakeRegistry;
let options: FindOptions;

beforeAll(async () => {
  listing = await startListing(catalogue());
});
afterAll(async () => listing[Symbol.asyncDispose]());

beforeEach(async () => {
  listing.clear();
  await start();
});
afterEach(async () => {
  for (const each of started.splice(0)) await each[Symbol.asyncDispose]();
});

/** Starts a registry, which the following are about. */
async function start(settings: RegistryOptions = {}): Promise<void> {
  registry = await startRegistry({ challenge: 'bearer', ...settings });
  started.push(registry);
  options = {
    api: listing.api,
    registry: `${registry.host}/proxy`,
    signal: new AbortController().signal,
    timing: { ...REAL_TIMING, firstDelay: 1 },
  };
}

const put = (tag: string, ...platforms: readonly string[]): string =>
  registry.putIndex(REPOSITORY, tag, platforms.length === 0 ? ['linux/amd64', 'linux/arm64/v8'] : platforms);

const find = (words: string, more: Partial<FindOptions> = {}): Promise<FoundImage> =>
  findImage(imageQueryOf(words), versionOrder, { ...options, ...more });

/** What a registry was asked for, without tokens and digests. */
const requested = (): readonly string[] =>
  registry.requests
    .map(({ method, url }) => `${method} ${url.pathname.replace(`/v2/${REPOSITORY}/`, '')}`)
    .filter((each) => each.startsWith('HEAD') || each === 'GET tags/list');

const LISTS_NONE: RegistryOptions = { tagsReply: { status: 404 } };

describe('without a list from the registry', () => {
  const imageQuery = '1.18.x 27.x debian:bookworm arm64';
  beforeEach(() => start(LISTS_NONE));

  test('the best that is published comes with the digest that the registry has for it', async () => {
    const digest = put(NEWEST);
    const found = await find(imageQuery);
    const { platformDigest } = found;
    expect(formatReference(found.reference)).toBe(`${registry.host}/proxy/hexpm/elixir:${NEWEST}@${platformDigest}`);
    expect(repositoryOf(found.reference)).toBe(`${registry.host}/proxy/hexpm/elixir`);
    expect(found.digest).toBe(digest);
    expect(platformDigest).not.toBe(digest);
    expect(found.parts).toMatchObject({ elixir: '1.18.4', otp: '27.3.4.16', osRelease: 'bookworm' });
    expect(listing.requests).toHaveLength(1);
  });

  test('the next best comes where the registry does not have the best', async () => {
    put(SECOND);
    expect((await find(imageQuery)).reference.tag).toBe(SECOND);
  });

  test('the next best comes where the best is for another platform', async () => {
    put(NEWEST, 'linux/amd64');
    put(SECOND);
    expect((await find(imageQuery)).reference.tag).toBe(SECOND);
  });

  test('what is not there is said, image by image', async () => {
    put(SECOND, 'linux/amd64', 'linux/s390x');
    const name = `${registry.host}/${REPOSITORY}`;
    await expect(find('1.18.4 27.3.4.16 debian:bookworm arm64')).rejects.toMatchObject({
      code: 'no-such-image',
      message:
        `there is no ${name} image with Elixir 1.18.4 and Erlang/OTP 27.3.4.16 on debian bookworm for arm64: ` +
        `the registry does not have ${name}:${NEWEST}; ` +
        `image ${name}:${SECOND} is for linux/amd64, linux/s390x, and not for linux/arm64`,
      next: expect.stringMatching(/^Choose another version/),
    });
  });

  test('each system is looked up where all together are too many', async () => {
    for (const { tag } of catalogue()) put(tag);
    const old = '1.14.5-erlang-26.0.2-debian-buster-20230612-slim';
    expect((await find('* * debian:sid,debian:buster,ubuntu:focal arm64', { maxPages: 1 })).reference.tag).toBe(old);
    expect(listing.requests.map(({ url }) => url.searchParams.get('os_version'))).toEqual([null, 'sid', 'buster']);
  });

  test('no more than five are tried', async () => {
    await expect(find(imageQuery)).rejects.toMatchObject({ code: 'no-such-image' });
    expect(requested().filter((each) => each.startsWith('HEAD'))).toHaveLength(5);
  });

  test('a registry that fails then is an outage', async () => {
    const found = find(imageQuery);
    while (listing.requests.length < 1) await new Promise((resolve) => setImmediate(resolve));
    registry.fail({ status: 503 }, 12);
    await expect(found).rejects.toMatchObject({ code: 'registry-outage', message: `${registry.host} answered 503` });
  });

  test('an index that is not what its digest says ends the search', async () => {
    registry.corrupt(put(NEWEST));
    put(SECOND, 'linux/arm64');
    await expect(find(imageQuery)).rejects.toMatchObject({ code: 'image-digest-mismatch' });
  });

  test('a builder that does not answer leaves nothing to go by, and the ways on are named', async () => {
    put(NEWEST);
    listing.fail({ status: 503 }, 3);
    await expect(find(imageQuery)).rejects.toMatchObject({
      code: 'registry-outage',
      message: `${listing.host} answered 503, and ${registry.host} answered 404 for its tags`,
      next: expect.stringMatching(/`image`.*docker load.*`registry`/),
    });
    expect(new Set(requested())).toEqual(new Set(['GET tags/list']));
  });
});

describe('with a list from the registry', () => {
  const imageQuery = '1.18.x 27.x debian:bookworm,ubuntu:jammy amd64';

  test('the best of it comes, and nobody else is asked', async () => {
    for (const { tag } of catalogue()) put(tag);
    put('latest');
    expect((await find(imageQuery)).reference.tag).toBe(NEWEST);
    expect(listing.requests).toHaveLength(0);
    // Twice: at first without a token.
    expect(requested()).toEqual(['GET tags/list', 'GET tags/list', `HEAD manifests/${NEWEST}`]);
  });

  test('the best of all its pages comes', async () => {
    for (const { tag } of catalogue()) put(tag);
    expect((await find(imageQuery, { tagPage: 100 })).reference.tag).toBe(NEWEST);
    expect(requested().length).toBeGreaterThan(5);
  });

  test('the next best comes where the best is for another platform, which is tried once', async () => {
    put('1.18.4-erlang-27.3.4.16-debian-bookworm-20260901-slim', 'linux/arm64');
    put(NEWEST);
    expect((await find(imageQuery)).reference.tag).toBe(NEWEST);
    expect(requested().filter((each) => each.endsWith('20260901-slim'))).toHaveLength(1);
  });

  test('what is published and not listed is tried, and what was tried is not tried again', async () => {
    put(NEWEST, 'linux/arm64');
    await expect(find('1.18.4 27.3.4.16 debian:bookworm amd64')).rejects.toMatchObject({
      message: expect.stringMatching(/-slim is for linux\/arm64.*; the registry does not have .*-20260713$/),
    });
    expect(requested().filter((each) => each.startsWith('HEAD'))).toEqual([
      `HEAD manifests/${NEWEST}`,
      `HEAD manifests/${SECOND}`,
    ]);
  });

  test('the nearest are its own', async () => {
    put('1.18.4-erlang-27.3.4.9-debian-bookworm-20260101');
    await expect(find('1.18.4 27.3.4.16 debian:bookworm amd64')).rejects.toMatchObject({
      code: 'no-such-image',
      next: expect.stringMatching(
        /^Nearest that exist: 1\.18\.4-erlang-27\.3\.4\.9-debian-bookworm-20260101 \(other Erlang\/OTP\)\. Choose/,
      ),
    });
    expect(listing.requests).toHaveLength(1);
  });

  test('of which none is near, the nearest are of what is published', async () => {
    put('1.10.0-erlang-21.0-debian-buster-20200101');
    await expect(find('1.18.4 28.1 debian:bookworm amd64')).rejects.toMatchObject({
      next: expect.stringContaining('1.18.4-erlang-28.0.4-debian-bookworm-20250929-slim (other Erlang/OTP)'),
    });
  });

  test('a builder that does not answer makes no outage of a missing image, and is named', async () => {
    put('1.18.4-erlang-27.3.4.9-debian-bookworm-20260101');
    listing.fail({ status: 500 }, 3);
    const name = `${registry.host}/${REPOSITORY}`;
    await expect(find('1.18.4 27.3.4.16 debian:bookworm amd64')).rejects.toMatchObject({
      code: 'no-such-image',
      message:
        `there is no ${name} image with Elixir 1.18.4 and Erlang/OTP 27.3.4.16 on debian bookworm for amd64; ` +
        `whether others are published is unknown, since ${listing.host} answered 500`,
      next: expect.stringContaining('27.3.4.9-debian-bookworm-20260101 (other Erlang/OTP)'),
    });
  });

  test('that leads to another host, what it listed counts together with what is published', async () => {
    await using elsewhere = await startRegistry();
    await start({ tagPage: 1, linkTo: (next) => `<http://${elsewhere.host}${next}>; rel="next"` });
    put('1.18.4-erlang-27.3.4.1-debian-bookworm-20260101');
    put(NEWEST);
    expect((await find('1.18.4 27.3.4.x debian:bookworm amd64')).reference.tag).toBe(NEWEST);
    expect((await find('1.18.4 27.3.4.1 debian:bookworm amd64')).reference.tag).toMatch(
      /^1\.18\.4-erlang-27\.3\.4\.1-/,
    );
    await expect(find('1.18.4 27.3.4.10 debian:bookworm amd64')).rejects.toMatchObject({
      code: 'no-such-image',
      message: expect.stringContaining(
        `; ${registry.host} links to another host (${elsewhere.host}) for more of its tags`,
      ),
    });
    expect(elsewhere.requests).toHaveLength(0);
  });
});

describe('a registry whose list is out of order', () => {
  const imageQuery = '1.18.x 27.x debian:bookworm amd64';

  test('is asked for what is published', async () => {
    put(NEWEST);
    registry.fail({ status: 504 }, 3);
    expect((await find(imageQuery)).reference.tag).toBe(NEWEST);
  });

  test('may have what is not published, so that it is an outage', async () => {
    put('1.18.4-erlang-27.9-debian-bookworm-20260101');
    registry.fail({ status: 504 }, 3);
    await expect(find('1.18.4 27.9 debian:bookworm amd64')).rejects.toMatchObject({
      code: 'registry-outage',
      message: `${registry.host} answered 504`,
    });
  });

  test('is waited for as long as it asks', async () => {
    put(NEWEST);
    const slept: number[] = [];
    const sleep = (milliseconds: number): Promise<void> => {
      slept.push(milliseconds);
      return Promise.resolve();
    };
    registry.fail({ status: 429, retryAfter: '7' });
    await find(imageQuery, { timing: { ...REAL_TIMING, firstDelay: 1, sleep } });
    expect(slept).toHaveLength(1);
    expect(slept[0]).toBeGreaterThan(6_900);
    expect(listing.requests).toHaveLength(0);
  });
});

test('a registry that is none is refused before anything is asked', async () => {
  await expect(find('* * debian:bookworm amd64', { registry: 'https://mirror.example' })).rejects.toMatchObject({
    code: 'bad-option',
  });
  expect(listing.requests).toHaveLength(0);
});
