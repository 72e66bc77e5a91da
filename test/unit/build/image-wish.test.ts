import { describe, expect, it } from '@jest/globals';
import { localChoice } from '../../../src/build/choose-image.js';
import { planImage } from '../../../src/build/image-wish.js';
import { parseTag } from '../../../src/registry/hexpm-tags.js';
import type { ListedTag } from '../../../src/registry/candidates.js';
import { resolveWanted } from '../../../src/versions/resolve.js';

const TAGS = [
  '1.14.0-erlang-25.2.3-debian-bookworm-20231009-slim',
  '1.14.5-erlang-25.3.2.7-debian-bookworm-20231009-slim',
  '1.18.3-erlang-27.3.4-debian-bookworm-20250428-slim',
  '1.18.3-erlang-27.3.4-debian-bookworm-20250623-slim',
  '1.18.3-erlang-27.3.4-debian-bookworm-20250623',
  '1.18.4-erlang-27.3.4.1-debian-bookworm-20250630-slim',
  '1.18.4-erlang-28.0.1-debian-bookworm-20250630-slim',
  '1.19.0-rc.0-erlang-28.0.1-debian-bookworm-20250901-slim',
  '1.18.3-erlang-27.3.4.1-debian-trixie-20250929-slim',
  '1.18.3-erlang-27.3.4-ubuntu-noble-20250415.1',
];

const listed = (tags: readonly string[], arch = 'amd64'): readonly ListedTag[] =>
  tags.flatMap((tag) => {
    const parts = parseTag(tag);
    return parts ? [{ tag, parts, archs: [arch] }] : [];
  });

const choose = (elixir: string | undefined, otp: string | undefined, release = 'bookworm', tags = listed(TAGS)) => {
  const found = { elixir: undefined, otp: undefined };
  const wanted = resolveWanted({ elixirInput: elixir, otpInput: otp, versionFileInput: undefined, found });
  const os = release === 'noble' ? ('ubuntu' as const) : ('debian' as const);
  const planned = planImage(wanted, { os, release }, 'amd64');
  return localChoice(tags, planned)?.tag;
};

describe('the image that versions come to', () => {
  it.each([
    ['the exact pair', '1.14.0', '25.2.3', 'bookworm', TAGS[0]],
    ['the newest date of the pair, slim', '1.18.3', '27.3.4', 'bookworm', TAGS[3]],
    ['the newest patches of partial versions', '1.18', '27', 'bookworm', TAGS[5]],
    ['what Elixir was made for, without an OTP', '1.18', undefined, 'bookworm', TAGS[5]],
    ['an older Elixir with its own OTP', '1.14', undefined, 'bookworm', TAGS[1]],
    ['the newest Elixir that runs on an OTP', undefined, '27', 'bookworm', TAGS[5]],
    ['no release candidate unless it is named', undefined, '28', 'bookworm', TAGS[6]],
    ['a release candidate that is named', '1.19.0-rc.0', '28', 'bookworm', TAGS[7]],
    ['another release of the system', '1.18.3', '27', 'trixie', TAGS[8]],
    ['another system', '1.18.3', '27', 'noble', TAGS[9]],
    ['the suffix of Elixir as the OTP', '1.18.4-otp-28', undefined, 'bookworm', TAGS[6]],
    ['nothing, for a version that is not there', '1.17.3', '27', 'bookworm', undefined],
    ['nothing, for a system that is not there', '1.18.3', '27', 'bullseye', undefined],
  ])('is %s', (_, elixir, otp, release, expected) => {
    expect(choose(elixir, otp, release)).toBe(expected);
  });

  it('is none of another architecture', () => {
    expect(choose('1.18.3', '27', 'bookworm', listed(TAGS, 'arm64'))).toBeUndefined();
  });

  it('refuses a pair that does not go together, with the range that does', () => {
    expect(() => choose('1.14.0', '27')).toThrow(/Elixir 1\.14\.0 .*does not run on OTP 27/);
  });

  it('says why', () => {
    const found = { elixir: { text: '1.18.3', origin: '.tool-versions:1' }, otp: undefined };
    const wanted = resolveWanted({ elixirInput: undefined, otpInput: '27', versionFileInput: undefined, found });
    expect(planImage(wanted, { os: 'debian', release: 'trixie' }, 'amd64').why).toEqual([
      'Elixir 1.18.3 (from .tool-versions:1), OTP 27 (from otp-version), debian:trixie',
    ]);
  });
});
