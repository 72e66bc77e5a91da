import { describe, expect, test } from '@jest/globals';
import type { ListedTag } from '../../src/registry/candidates.js';
import { nearestTags, noSuchImage, rankTags, type ImageWish, type VersionOrder } from '../../src/registry/choose.js';
import { parseTag } from '../../src/registry/hexpm-tags.js';
import { catalogue } from '../rig/listing/catalogue.js';
import { imageWish, versionOrder } from '../rig/listing/wishes.js';

/** The best image of a list, or the error that names the nearest. */
function chooseTag(tags: readonly ListedTag[], wish: ImageWish, order: VersionOrder): ListedTag {
  const best = rankTags(tags, wish, order)[0];
  if (!best) throw noSuchImage(wish, nearestTags(tags, wish, order));
  return best;
}

const LISTED: readonly ListedTag[] = catalogue()
  .filter(({ repo }) => repo === 'hexpm/elixir')
  .flatMap(({ tag, archs }) => {
    const parts = parseTag(tag);
    return parts ? [{ tag, parts, archs }] : [];
  });

describe('the image of a wish', () => {
  test.each([
    // exact pairs
    ['1.18.3 27.3.4.3 debian trixie amd64', '1.18.3-erlang-27.3.4.3-debian-trixie-20250929-slim'],
    ['1.18.3 27.3.4.3 debian trixie arm64', '1.18.3-erlang-27.3.4.3-debian-trixie-20250929-slim'],
    ['1.18.3 27.3.4.3 debian trixie amd64 full', '1.18.3-erlang-27.3.4.3-debian-trixie-20250929'],
    ['1.18.4 28.0.4 debian bookworm amd64', '1.18.4-erlang-28.0.4-debian-bookworm-20250929-slim'],
    ['1.18.4 28.0.4 debian bookworm amd64 full', '1.18.4-erlang-28.0.4-debian-bookworm-20250929'],
    ['1.18.4 27.3.4.16 debian bookworm arm64', '1.18.4-erlang-27.3.4.16-debian-bookworm-20260713-slim'],
    ['1.18.4 27.3.4.3 debian bookworm amd64', '1.18.4-erlang-27.3.4.3-debian-bookworm-20250929-slim'],
    ['1.20.3 29.0.5 debian trixie amd64', '1.20.3-erlang-29.0.5-debian-trixie-20260713-slim'],
    ['1.14.5 24.3.4.13 debian buster amd64', '1.14.5-erlang-24.3.4.13-debian-buster-20230612-slim'],
    ['1.14.5 26.0.2 debian bookworm amd64', '1.14.5-erlang-26.0.2-debian-bookworm-20230612-slim'],
    // pre-releases only when asked for by name
    ['1.19.0-rc.0 28.1 debian trixie amd64', '1.19.0-rc.0-erlang-28.1-debian-trixie-20250929-slim'],
    ['1.18.0-rc.0 27.1.2 debian bookworm amd64', '1.18.0-rc.0-erlang-27.1.2-debian-bookworm-20241111-slim'],
    ['1.19.x 28.x debian trixie amd64', '1.19.5-erlang-28.5.0.1-debian-trixie-20260713-slim'],
    // holes: no slim of the newest date, so the newest date without it
    ['1.18.4 27.3.4.3 debian trixie amd64', '1.18.4-erlang-27.3.4.3-debian-trixie-20250929'],
    ['1.18.3 27.3.4.3 debian bookworm amd64', '1.18.3-erlang-27.3.4.3-debian-bookworm-20250929'],
    ['1.18.4 28.0.4 debian bullseye amd64 full', '1.18.4-erlang-28.0.4-debian-bullseye-20250929-slim'],
    // holes: built for one architecture
    ['1.17.3 27.3.4.3 debian bookworm amd64', '1.17.3-erlang-27.3.4.3-debian-bookworm-20250929-slim'],
    ['1.17.3 27.3.4.3 debian bookworm arm64', '1.17.3-erlang-27.3.4.3-debian-bookworm-20250908'],
    ['1.17.3 27.3.4.3 debian trixie arm64', '1.17.3-erlang-27.3.4.3-debian-trixie-20250929-slim'],
    // any patch: highest Elixir, then highest OTP
    ['1.18.x 27.x debian bookworm amd64', '1.18.4-erlang-27.3.4.16-debian-bookworm-20260713-slim'],
    ['1.18.x 27.3.4.3 debian bookworm amd64', '1.18.4-erlang-27.3.4.3-debian-bookworm-20250929-slim'],
    ['1.18.3 * debian bookworm amd64', '1.18.3-erlang-27.3.4.3-debian-bookworm-20250929'],
    ['1.18.4 * debian trixie amd64', '1.18.4-erlang-28.1-debian-trixie-20250929-slim'],
    ['1.18.4 * debian bookworm amd64', '1.18.4-erlang-28.0.4-debian-bookworm-20250929-slim'],
    ['1.18.x 25.x ubuntu jammy amd64', '1.18.4-erlang-25.3.2.21-ubuntu-jammy-20250819'],
    ['1.x 26.x debian bookworm amd64', '1.19.5-erlang-26.2.5.20-debian-bookworm-20260713-slim'],
    ['1.x 25.x debian bookworm amd64', '1.18.4-erlang-25.3.2.21-debian-bookworm-20250929-slim'],
    ['1.x 24.x debian bookworm amd64', '1.16.3-erlang-24.3.4.17-debian-bookworm-20241111-slim'],
    ['1.14.x 26.x debian bookworm amd64', '1.14.5-erlang-26.2.5.6-debian-bookworm-20241111-slim'],
    ['* * debian bookworm amd64', '1.20.3-erlang-29.0.5-debian-bookworm-20260713-slim'],
    ['* 27.x debian trixie arm64', '1.20.3-erlang-27.3.4.16-debian-trixie-20260713-slim'],
    ['1.17.x * debian bookworm amd64', '1.17.3-erlang-27.3.4.3-debian-bookworm-20250929-slim'],
    ['1.17.x 27.1.x debian bookworm amd64', '1.17.3-erlang-27.1.2-debian-bookworm-20241111-slim'],
    // Ubuntu: no slim, and a second build on one day
    ['1.18.4 28.1 ubuntu noble amd64', '1.18.4-erlang-28.1-ubuntu-noble-20250415.1'],
    ['1.18.4 28.1 ubuntu noble amd64 full', '1.18.4-erlang-28.1-ubuntu-noble-20250415.1'],
    ['1.16.3 26.2.5.6 ubuntu jammy arm64', '1.16.3-erlang-26.2.5.6-ubuntu-jammy-20240911.1'],
    ['1.20.3 28.5.0.1 ubuntu resolute arm64', '1.20.3-erlang-28.5.0.1-ubuntu-resolute-20260601'],
    ['1.14.5 25.3.2.5 ubuntu focal amd64', '1.14.5-erlang-25.3.2.5-ubuntu-focal-20230605'],
    // Alpine: patches compare as numbers
    ['1.20.3 29.0.5 alpine 3.23 amd64', '1.20.3-erlang-29.0.5-alpine-3.23.10'],
    ['1.18.4 28.1 alpine 3.21 arm64', '1.18.4-erlang-28.1-alpine-3.21.4'],
    ['1.18.x 27.x alpine 3.22 amd64', '1.18.4-erlang-27.3.4.16-alpine-3.22.4'],
    ['1.18.4 28.1 alpine 3.22 amd64', '1.18.4-erlang-28.1-alpine-3.22.1'],
    ['1.20.3 29.0.5 alpine 3.24 arm64', '1.20.3-erlang-29.0.5-alpine-3.24.1'],
    // several releases: the versions decide first, then the first release that has them
    ['1.18.4 28.1 debian bookworm,trixie amd64', '1.18.4-erlang-28.1-debian-trixie-20250929-slim'],
    ['1.18.4 28.0.4 debian bookworm,trixie amd64', '1.18.4-erlang-28.0.4-debian-bookworm-20250929-slim'],
    ['1.18.4 28.0.4 debian trixie,bookworm amd64', '1.18.4-erlang-28.0.4-debian-trixie-20250929-slim'],
    ['1.18.x * debian bookworm,trixie amd64', '1.18.4-erlang-28.1-debian-trixie-20250929-slim'],
    ['1.18.4 28.1 alpine 3.22,3.21 arm64', '1.18.4-erlang-28.1-alpine-3.21.4'],
    ['1.20.3 29.0.5 alpine 3.24,3.23 amd64', '1.20.3-erlang-29.0.5-alpine-3.23.10'],
    ['1.19.5 26.2.5.20 alpine 3.21,3.22,3.23,3.24 amd64', '1.19.5-erlang-26.2.5.20-alpine-3.21.6'],
  ])('%s is %s', (words, tag) => {
    expect(chooseTag(LISTED, imageWish(words), versionOrder).tag).toBe(tag);
  });

  test.each([
    ['1.14.4 26.0.2 debian bookworm amd64', 'a patch that was not built'],
    ['1.14.5 26.0.2 alpine 3.18 amd64', 'a pair that this system never had'],
    ['1.18.4 28.1 debian bookworm amd64', 'a hole'],
    ['1.18.4 28.1 alpine 3.22 arm64', 'an architecture that is missing'],
    ['1.20.4 29.0.5 debian trixie amd64', 'what is only in the staging repository'],
    ['1.19.0-rc.1 28.1 debian trixie amd64', 'another pre-release'],
    ['1.1.x 27.x debian trixie amd64', 'a series whose digits begin another'],
    ['1.20.3 24.x debian trixie amd64', 'an OTP that this Elixir does not run on'],
    ['1.18.4 25.x alpine 3.24 amd64', 'an OTP that this system cannot build'],
  ])('%s has none: %s', (words) => {
    expect(() => chooseTag(LISTED, imageWish(words), versionOrder)).toThrow(
      expect.objectContaining({ code: 'no-such-image', exitStatus: 4 }),
    );
  });
});

test('every image that fulfils a wish is ranked, and no other', () => {
  const ranked = rankTags(LISTED, imageWish('1.18.4 27.3.4.3 debian bookworm,trixie amd64'), versionOrder);
  expect(ranked.map(({ tag }) => tag.slice('1.18.4-erlang-27.3.4.3-debian-'.length))).toEqual([
    'bookworm-20250929-slim',
    'bookworm-20250929',
    'bookworm-20250908',
    'trixie-20250929',
    'trixie-20250908-slim',
  ]);
});

test('the error says what was asked, what is nearest, and the ways on', () => {
  const wish = imageWish('1.18.4 28.1 debian bookworm amd64');
  expect(() => chooseTag(LISTED, wish, versionOrder)).toThrow(
    'there is no hexpm/elixir image with Elixir 1.18.4 and Erlang/OTP 28.1 on debian bookworm for amd64',
  );
  expect(() => chooseTag(LISTED, wish, versionOrder)).toThrow(
    expect.objectContaining({
      next:
        'Nearest that exist: 1.18.4-erlang-28.0.4-debian-bookworm-20250929-slim (other Erlang/OTP), ' +
        '1.18.4-erlang-27.3.4.16-debian-bookworm-20260713-slim (other Erlang/OTP), ' +
        '1.18.4-erlang-28.1-debian-trixie-20250929-slim (other system), ' +
        '1.18.4-erlang-28.1-debian-bullseye-20250929-slim (other system), ' +
        '1.18.3-erlang-27.3.4.3-debian-bookworm-20250929 (other versions). ' +
        'Ask for another version or another os, or name an image that has both with `image`.',
    }),
  );
});

test.each([
  ['1.18.9 27.3.4.3 debian trixie amd64', '1.18.4-erlang-27.3.4.3-debian-trixie-20250929', 'other Elixir'],
  ['1.18.4 28.1 alpine 3.22 arm64', '1.18.4-erlang-28.1-alpine-3.22.1', 'other architecture'],
  ['1.17.3 27.1.5 debian bookworm amd64', '1.17.3-erlang-27.1.2-debian-bookworm-20241111-slim', 'other Erlang/OTP'],
  ['1.20.3 29.0.5 ubuntu focal arm64', '1.20.3-erlang-29.0.5-ubuntu-resolute-20260601', 'other system'],
])('near %s is %s', (words, tag, difference) => {
  expect(nearestTags(LISTED, imageWish(words), versionOrder)).toContainEqual({ tag, difference });
});

test('what is nearest is at most five, and may be nothing', () => {
  expect(nearestTags(LISTED, imageWish('1.18.9 27.9 debian trixie amd64'), versionOrder)).toHaveLength(5);
  expect(nearestTags([], imageWish('1.18.9 27.9 debian trixie amd64'), versionOrder)).toEqual([]);
});
