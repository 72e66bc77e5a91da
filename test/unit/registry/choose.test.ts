import { expect, test } from '@jest/globals';
import type { ListedTag } from '../../../src/registry/candidates.js';
import { nearestTags, noSuchImage, rankTags } from '../../../src/registry/choose.js';
import { parseTag } from '../../../src/registry/hexpm-tags.js';
import { catalogue } from '../../rig/listing/catalogue.js';
import { imageQueryOf, versionOrder } from '../../rig/listing/queries.js';

const LISTED: readonly ListedTag[] = catalogue()
  .filter(({ repo }) => repo === 'hexpm/elixir')
  .flatMap(({ tag, archs }) => {
    const parts = parseTag(tag);
    return parts ? [{ tag, parts, architectures: archs }] : [];
  });

test('every image that fulfils a wish is ranked, and no other', () => {
  const ranked = rankTags(LISTED, imageQueryOf('1.18.4 27.3.4.3 debian:bookworm,debian:trixie amd64'), versionOrder);
  expect(ranked.map(({ tag }) => tag.slice('1.18.4-erlang-27.3.4.3-debian-'.length))).toEqual([
    'bookworm-20250929-slim',
    'bookworm-20250929',
    'bookworm-20250908',
    'trixie-20250929',
    'trixie-20250908-slim',
  ]);
});

test('the most wanted system comes before the highest versions', () => {
  const ranked = rankTags(
    LISTED,
    imageQueryOf('1.18.4 28.x ubuntu:jammy,debian:trixie,debian:bookworm amd64 full'),
    versionOrder,
  );
  expect(ranked.map(({ tag }) => tag.slice('1.18.4-erlang-'.length))).toEqual([
    '28.1-ubuntu-jammy-20250819',
    '28.0.4-ubuntu-jammy-20250819',
    '28.1-debian-trixie-20250929',
    '28.1-debian-trixie-20250929-slim',
    '28.1-debian-trixie-20250908-slim',
    '28.0.4-debian-trixie-20250929',
    '28.0.4-debian-trixie-20250929-slim',
    '28.0.4-debian-trixie-20250908-slim',
    '28.0.4-debian-bookworm-20250929',
    '28.0.4-debian-bookworm-20250929-slim',
    '28.0.4-debian-bookworm-20250908',
  ]);
});

test('a wish for no system is fulfilled by no image', () => {
  const imageQuery = { ...imageQueryOf('* * debian:bookworm amd64'), systems: [] };
  expect(rankTags(LISTED, imageQuery, versionOrder)).toEqual([]);
});

test('the error says what was asked, what is nearest, and the ways on', () => {
  const imageQuery = imageQueryOf('1.18.4 28.1 debian:bookworm amd64');
  expect(noSuchImage(imageQuery, nearestTags(LISTED, imageQuery, versionOrder))).toMatchObject({
    code: 'no-such-image',
    exitStatus: 4,
    message: 'there is no hexpm/elixir image with Elixir 1.18.4 and Erlang/OTP 28.1 on debian bookworm for amd64',
    next:
      'Nearest that exist: 1.18.4-erlang-28.0.4-debian-bookworm-20250929-slim (other Erlang/OTP), ' +
      '1.18.4-erlang-27.3.4.16-debian-bookworm-20260713-slim (other Erlang/OTP), ' +
      '1.18.4-erlang-28.1-debian-trixie-20250929-slim (other system), ' +
      '1.18.4-erlang-28.1-debian-bullseye-20250929-slim (other system), ' +
      '1.18.3-erlang-27.3.4.3-debian-bookworm-20250929 (other versions). ' +
      'Choose another version or another os, set `own-base` to make one here, ' +
      'ask hexpm for the image at https://bob.hex.pm/request, ' +
      'name an image that has both with `image`, or give a Dockerfile that builds one with `dockerfile`.',
  });
});

test('the error names no base of our own for musl', () => {
  const { next } = noSuchImage(imageQueryOf('1.18.4 28.1 alpine:3.22 amd64'), []);
  expect(next).toMatch(/^Choose another version or another os, ask hexpm for the image at /);
});

test.each([
  ['debian:bookworm', 'debian bookworm'],
  ['debian:bookworm,ubuntu:jammy', 'debian bookworm or ubuntu jammy'],
  ['debian:bookworm,ubuntu:jammy,debian:bullseye', 'debian bookworm, ubuntu jammy or debian bullseye'],
])('the error names the systems %s', (systems, text) => {
  expect(noSuchImage(imageQueryOf(`1.18.4 * ${systems} arm64`), [], ', alas', 'mirror.example/elixir').message).toBe(
    `there is no mirror.example/elixir image with Elixir 1.18.4 and Erlang/OTP any on ${text} for arm64, alas`,
  );
});

test.each([
  ['1.18.9 27.3.4.3 debian:trixie amd64', '1.18.4-erlang-27.3.4.3-debian-trixie-20250929', 'other Elixir'],
  ['1.18.4 28.1 alpine:3.22 arm64', '1.18.4-erlang-28.1-alpine-3.22.1', 'other architecture'],
  ['1.17.3 27.1.5 debian:bookworm amd64', '1.17.3-erlang-27.1.2-debian-bookworm-20241111-slim', 'other Erlang/OTP'],
  [
    '1.18.4 28.1 debian:bookworm,debian:buster amd64',
    '1.18.4-erlang-28.0.4-debian-bookworm-20250929-slim',
    'other Erlang/OTP',
  ],
  ['1.18.4 28.1 debian:buster,ubuntu:focal amd64', '1.18.4-erlang-28.1-debian-trixie-20250929-slim', 'other system'],
  ['1.18.4 28.1 debian:buster,ubuntu:focal amd64', '1.18.4-erlang-28.1-ubuntu-jammy-20250819', 'other system'],
  ['1.20.3 29.0.5 ubuntu:focal arm64', '1.20.3-erlang-29.0.5-ubuntu-resolute-20260601', 'other system'],
])('near %s is %s', (words, tag, difference) => {
  expect(nearestTags(LISTED, imageQueryOf(words), versionOrder)).toContainEqual({ tag, difference });
});

test('what is nearest is at most five, and may be nothing', () => {
  expect(nearestTags(LISTED, imageQueryOf('1.18.9 27.9 debian:trixie amd64'), versionOrder)).toHaveLength(5);
  expect(nearestTags([], imageQueryOf('1.18.9 27.9 debian:trixie amd64'), versionOrder)).toEqual([]);
});
