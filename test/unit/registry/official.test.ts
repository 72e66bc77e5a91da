import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { REAL_TIMING } from '../../../src/registry/http.js';
import {
  findOfficialImage,
  officialTags,
  type OfficialImage,
  type OfficialOptions,
} from '../../../src/registry/official.js';
import { formatReference } from '../../../src/registry/reference.js';
import { startRegistry, type FakeRegistry } from '../../rig/listing/registry.js';
import { imageQueryOf } from '../../rig/listing/queries.js';

const REPOSITORY = 'proxy/library/elixir';
const PLATFORMS = ['linux/amd64', 'unknown/unknown', 'linux/arm/v7', 'linux/arm64/v8', 'linux/386'];

describe('the tags for a wish', () => {
  test.each([
    ['1.18.3 27.3.4.3 debian:bookworm', ['1.18.3-otp-27-slim']],
    ['1.18.3 27 debian:bookworm', ['1.18.3-otp-27-slim']],
    ['1.18 27 debian:bookworm', ['1.18-otp-27-slim']],
    ['1.18.3 27.3.4.3 alpine:3.22', ['1.18.3-otp-27-alpine']],
    ['1.18 27 alpine:3.22,alpine:3.21', ['1.18-otp-27-alpine']],
    ['* 27 debian:bookworm', ['otp-27-slim']],
    ['* 27.3.4 alpine:3.22', ['otp-27-alpine']],
    ['1.18.3 * debian:trixie', ['1.18.3-slim']],
    ['1.18 * alpine:3.22', ['1.18-alpine']],
    ['1.20.0-rc.1 29 debian:trixie', ['1.20.0-rc.1-otp-29-slim']],
    ['* * debian:trixie', ['slim']],
    ['* * alpine:3.22', ['alpine']],
    ['1.18.3 27 debian:bookworm,ubuntu:jammy,debian:bullseye', ['1.18.3-otp-27-slim']],
    ['1.18.3 27 ubuntu:jammy,debian:bullseye', ['1.18.3-otp-27-slim']],
    ['1.18.3 27 ubuntu:noble', []],
    ['1.19.3 29.0-rc2 debian:trixie', []],
    ['1.18.x 27 debian:trixie', []],
  ])('%s', (words, tags) => {
    expect(officialTags(imageQueryOf(`${words} amd64`))).toEqual(tags);
  });

  test('full images have no word for it', () => {
    expect(officialTags(imageQueryOf('1.18.3 27 debian:bookworm amd64 full'))).toEqual(['1.18.3-otp-27']);
    expect(officialTags(imageQueryOf('* * debian:bookworm amd64 full'))).toEqual(['latest']);
  });
});

describe('the official image', () => {
  let registry: FakeRegistry;
  let options: OfficialOptions;
  beforeEach(async () => {
    registry = await startRegistry({ challenge: 'bearer' });
    options = {
      registry: `${registry.host}/proxy`,
      signal: new AbortController().signal,
      timing: { ...REAL_TIMING, firstDelay: 1 },
    };
  });
  afterEach(async () => registry[Symbol.asyncDispose]());

  const find = (words: string): Promise<OfficialImage | undefined> => findOfficialImage(imageQueryOf(words), options);

  test.each(['amd64', 'arm64'])('comes with its digest, for %s', async (arch) => {
    const digest = registry.putIndex(REPOSITORY, '1.18.3-otp-27-slim', PLATFORMS);
    const found = await find(`1.18.3 27.3.4.3 debian:bookworm ${arch}`);
    expect(found && formatReference(found.reference)).toBe(
      `${registry.host}/${REPOSITORY}:1.18.3-otp-27-slim@${found?.platformDigest ?? ''}`,
    );
    expect(found?.digest).toBe(digest);
    expect(found?.platformDigest).not.toBe(digest);
  });

  test('is undefined where the registry has no such tag', async () => {
    registry.putIndex(REPOSITORY, '1.18.3-otp-27-slim', PLATFORMS);
    expect(await find('1.18.3 28 debian:bookworm amd64')).toBeUndefined();
    expect(await find('1.18.3 27 alpine:3.22 amd64')).toBeUndefined();
  });

  test('is undefined where it is for other platforms', async () => {
    registry.putIndex(REPOSITORY, '1.18.3-otp-27-slim', ['linux/amd64']);
    expect(await find('1.18.3 27 debian:bookworm arm64')).toBeUndefined();
  });

  test('is undefined, and nobody is asked, for a wish that it cannot fulfil', async () => {
    expect(await find('1.18.3 27 ubuntu:noble amd64')).toBeUndefined();
    expect(registry.requests).toHaveLength(0);
  });

  test('is an outage where the registry fails', async () => {
    registry.fail({ status: 503 }, 3);
    await expect(find('1.18.3 27 debian:bookworm amd64')).rejects.toMatchObject({
      code: 'registry-outage',
      message: `${registry.host} answered 503`,
    });
  });

  test('is refused where its bytes are not those of its digest', async () => {
    registry.corrupt(registry.putIndex(REPOSITORY, '1.18.3-otp-27-slim', PLATFORMS));
    await expect(find('1.18.3 27 debian:bookworm amd64')).rejects.toMatchObject({ code: 'image-digest-mismatch' });
  });
});
