import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { findImage, type FindOptions, type FoundImage } from '../../../src/registry/find.js';
import { REAL_TIMING } from '../../../src/registry/http.js';
import { catalogue } from '../../rig/listing/catalogue.js';
import { startListing, type ListingServer } from '../../rig/listing/server.js';
import { imageQueryOf, versionOrder } from '../../rig/listing/queries.js';

let listing: ListingServer;
let options: FindOptions;

beforeAll(async () => {
  listing = await startListing(catalogue());
  options = {
    api: listing.api,
    signal: new AbortController().signal,
    timing: { ...REAL_TIMING, firstDelay: 1 },
  };
});
afterAll(async () => listing[Symbol.asyncDispose]());
beforeEach(() => listing.clear());

// Nothing is found, so that no registry is asked for an image.
describe.each([
  ['no registry', undefined],
  ["Docker's own", 'docker.io'],
])('a wish that nothing fulfils, with %s', (_name, registry) => {
  const missing = (words: string, more: Partial<FindOptions> = {}): Promise<FoundImage> =>
    findImage(imageQueryOf(words), versionOrder, { ...options, ...(registry !== undefined && { registry }), ...more });

  test('is told the nearest of what is listed', async () => {
    await expect(missing('1.18.4 28.1 debian:bookworm amd64')).rejects.toMatchObject({
      code: 'no-such-image',
      message: 'there is no hexpm/elixir image with Elixir 1.18.4 and Erlang/OTP 28.1 on debian bookworm for amd64',
      next: expect.stringMatching(
        /28\.0\.4-debian-bookworm-20250929-slim \(other Erlang\/OTP\).*28\.1-debian-trixie-20250929-slim \(other system\)/,
      ),
    });
  });

  test.each([
    ['1.18.9 27.3.4.3 debian:trixie amd64', '1.18.4-erlang-27.3.4.3-debian-trixie-20250929 (other Elixir)'],
    [
      '1.18.9 27.3.4.3 debian:trixie,ubuntu:noble amd64',
      '1.18.4-erlang-27.3.4.3-debian-trixie-20250929 (other Elixir)',
    ],
    [
      '1.18.4 28.2 ubuntu:focal,debian:trixie arm64',
      '1.18.4-erlang-28.1-debian-trixie-20250929-slim (other Erlang/OTP)',
    ],
    ['1.18.4 28.1 alpine:3.22 arm64', '1.18.4-erlang-28.1-alpine-3.22.1 (other architecture)'],
    ['1.18.4 28.1 debian:buster,ubuntu:focal arm64', '1.18.4-erlang-28.1-debian-trixie-20250929-slim (other system)'],
  ])('%s is told %s', async (words, near) => {
    await expect(missing(words)).rejects.toMatchObject({ next: expect.stringContaining(near) });
  });

  test('stays one when only the look for the nearest fails', async () => {
    const answer = missing('1.18.4 28.1 debian:bookworm amd64');
    while (listing.requests.length < 1) await new Promise((resolve) => setImmediate(resolve));
    listing.fail({ status: 503 }, 3);
    await expect(answer).rejects.toMatchObject({
      code: 'no-such-image',
      next: expect.stringMatching(/^Choose another version or another os, .*`image`.*`dockerfile`/),
    });
  });

  test('says so where the listing was not read to its end', async () => {
    // Filters are prefixes, and this one has more than a page.
    await expect(missing('* * debian:b amd64', { maxPages: 1 })).rejects.toMatchObject({
      code: 'no-such-image',
      message: expect.stringMatching(/on debian b for amd64 among the first \d+ that are listed$/),
    });
  });

  test('is an outage where the builder does not answer, whatever was wished', async () => {
    listing.fail({ status: 500 }, 3);
    await expect(missing('1.99.0 99.0 debian:bookworm amd64')).rejects.toMatchObject({
      code: 'registry-outage',
      message: `${listing.host} answered 500`,
      next: expect.stringMatching(/`image`.*docker load.*`registry`/),
    });
  });
});
