import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { findImage, findTags, type FindOptions } from '../../src/registry/find.js';
import { REAL_TIMING } from '../../src/registry/http.js';
import { formatReference } from '../../src/registry/reference.js';
import { catalogue } from '../rig/listing/catalogue.js';
import { startRegistry, type FakeRegistry } from '../rig/listing/registry.js';
import { startListing, type ListingServer } from '../rig/listing/server.js';
import { imageWish, versionOrder } from '../rig/listing/wishes.js';

const NEWEST = '1.18.4-erlang-27.3.4.16-debian-bookworm-20260713-slim';
const SECOND = '1.18.4-erlang-27.3.4.16-debian-bookworm-20260713';

let listing: ListingServer;
let registry: FakeRegistry;
let options: FindOptions;

beforeAll(async () => {
  listing = await startListing(catalogue());
});
afterAll(async () => listing[Symbol.asyncDispose]());

beforeEach(async () => {
  listing.clear();
  registry = await startRegistry({ challenge: 'bearer' });
  options = {
    api: listing.api,
    registry: `${registry.host}/proxy`,
    signal: new AbortController().signal,
    timing: { ...REAL_TIMING, firstDelay: 1 },
  };
});
afterEach(async () => registry[Symbol.asyncDispose]());

describe('an image that is listed', () => {
  const wish = imageWish('1.18.x 27.x debian bookworm arm64');

  test('comes with the digest that the registry has for it', async () => {
    const digest = registry.putIndex('proxy/hexpm/elixir', NEWEST, ['linux/amd64', 'linux/arm64/v8']);
    const found = await findImage(wish, versionOrder, options);
    expect(formatReference(found.reference)).toBe(`${registry.host}/proxy/hexpm/elixir:${NEWEST}@${digest}`);
    expect(found.digest).toBe(digest);
    expect(found.platformDigest).not.toBe(digest);
    expect(found.parts).toMatchObject({ elixir: '1.18.4', otp: '27.3.4.16', osRelease: 'bookworm' });
    expect(listing.requests).toHaveLength(1);
  });

  test('is the next best where the registry does not have the best', async () => {
    registry.putIndex('proxy/hexpm/elixir', SECOND, ['linux/amd64', 'linux/arm64/v8']);
    expect((await findImage(wish, versionOrder, options)).reference.tag).toBe(SECOND);
  });

  test('and that the registry does not have at all is missing there', async () => {
    await expect(findImage(wish, versionOrder, options)).rejects.toMatchObject({
      code: 'no-such-image',
      message: expect.stringContaining(`the registry does not have ${registry.host}/proxy/hexpm/elixir:${NEWEST}`),
    });
  });

  test('is an outage where the registry is down', async () => {
    registry.fail({ status: 503 }, 3);
    await expect(findImage(wish, versionOrder, options)).rejects.toMatchObject({
      code: 'registry-outage',
      message: `${registry.host} answered 503`,
    });
  });
});

describe('a wish that nothing fulfils', () => {
  const wish = imageWish('1.18.4 28.1 debian bookworm amd64');

  test('is told the nearest of what is listed', async () => {
    await expect(findTags(wish, versionOrder, options)).rejects.toMatchObject({
      code: 'no-such-image',
      next: expect.stringMatching(
        /28\.0\.4-debian-bookworm-20250929-slim \(other Erlang\/OTP\).*28\.1-debian-trixie-20250929-slim \(other system\)/,
      ),
    });
  });

  test('is told a nearer patch', async () => {
    await expect(
      findTags(imageWish('1.18.9 27.3.4.3 debian trixie amd64'), versionOrder, options),
    ).rejects.toMatchObject({
      next: expect.stringContaining('1.18.4-erlang-27.3.4.3-debian-trixie-20250929 (other Elixir)'),
    });
  });

  test('is told that there is one for another architecture', async () => {
    await expect(findTags(imageWish('1.18.4 28.1 alpine 3.22 arm64'), versionOrder, options)).rejects.toMatchObject({
      next: expect.stringContaining('1.18.4-erlang-28.1-alpine-3.22.1 (other architecture)'),
    });
  });

  test('stays one when only the look for the nearest fails', async () => {
    const answer = findTags(wish, versionOrder, options);
    while (listing.requests.length < 1) await new Promise((resolve) => setImmediate(resolve));
    listing.fail({ status: 503 }, 12);
    await expect(answer).rejects.toMatchObject({
      code: 'no-such-image',
      next: 'Ask for another version or another os, or name an image that has both with `image`.',
    });
  });

  test('says so where the listing was not read to its end', async () => {
    const anywhere = imageWish('* * debian sid,potato amd64');
    await expect(findTags(anywhere, versionOrder, { ...options, maxPages: 1 })).rejects.toMatchObject({
      code: 'no-such-image',
      message: expect.stringMatching(/for amd64 among the first \d+ that are listed$/),
    });
  });
});

test('a listing that is down is an outage, whatever was wished', async () => {
  listing.fail({ status: 500 }, 3);
  await expect(findTags(imageWish('1.99.0 99.0 debian bookworm amd64'), versionOrder, options)).rejects.toMatchObject({
    code: 'registry-outage',
    message: `${listing.host} answered 500`,
  });
});
