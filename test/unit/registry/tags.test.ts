import { describe, expect, test } from '@jest/globals';
import { compareOsDates, parseTag, type HexpmTag } from '../../../src/registry/hexpm-tags.js';
import { catalogue } from '../../rig/listing/catalogue.js';

/** The tag that parts stand for, written down a second time. */
function formatTag({ elixir, otp, os, osRelease, osDate, slim }: HexpmTag): string {
  const osVersion = os === 'alpine' ? osDate : `${osRelease}-${osDate}${slim ? '-slim' : ''}`;
  return `${elixir}-erlang-${otp}-${os}-${osVersion}`;
}

describe('the parts of a tag', () => {
  test.each([
    ['1.18.3-erlang-27.3.4.3-debian-trixie-20250929-slim', 'debian', 'trixie', '20250929', true],
    ['1.18.3-erlang-27.3.4.3-debian-bookworm-20250929', 'debian', 'bookworm', '20250929', false],
    ['1.18.3-erlang-27.3.4.3-ubuntu-noble-20250415.1', 'ubuntu', 'noble', '20250415.1', false],
    ['1.18.3-erlang-27.3.4.3-alpine-3.22.1', 'alpine', '3.22', '3.22.1', false],
    ['1.18.3-erlang-27.3.4.3-alpine-3.22', 'alpine', '3.22', '3.22', false],
  ])('%s', (tag, os, osRelease, osDate, slim) => {
    expect(parseTag(tag)).toEqual({ elixir: '1.18.3', otp: '27.3.4.3', os, osRelease, osDate, slim });
  });

  test('pre-releases keep their dashes', () => {
    expect(parseTag('1.19.0-rc.0-erlang-28.0-rc1-alpine-3.21.3')).toMatchObject({
      elixir: '1.19.0-rc.0',
      otp: '28.0-rc1',
    });
  });

  test.each(['latest', '1.18.3', '1.18.3-slim', 'main-erlang-27-debian-trixie-20250929', '1.18-erlang-27-debian-sid'])(
    '%s is no tag of that shape',
    (tag) => expect(parseTag(tag)).toBeUndefined(),
  );

  test('come together to the same tag again, for all that are listed', () => {
    for (const { tag } of catalogue()) {
      const parts = parseTag(tag);
      expect(parts && formatTag(parts)).toBe(tag);
    }
  });
});

test.each([
  ['20250929', '20250908', 1],
  ['20250415.1', '20250415', 1],
  ['20250415.2', '20250415.10', -1],
  ['3.22.1', '3.22.10', -1],
  ['3.22', '3.22.0', -1],
  ['20250929', '20250929', 0],
])('build %s against %s', (left, right, sign) => {
  expect(Math.sign(compareOsDates(left, right))).toBe(sign);
  expect(Math.sign(compareOsDates(right, left))).toBe(sign === 0 ? 0 : -sign);
});
