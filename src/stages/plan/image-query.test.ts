import { describe, expect, it } from '@jest/globals';
import { imageQueryFor, constraintFor, type PlannedImage } from './image-query.js';
import type { SystemVersion } from '../../registry/choose.js';
import { parseTag } from '../../registry/hexpm-tags.js';
import type { ListedTag } from '../../registry/candidates.js';
import { rankTags } from '../../registry/choose.js';
import { findTarget } from '../../targets/find.js';
import { resolveVersions } from '../../versions/resolve.js';
import { readVersion } from '../../versions/version.js';
import { errorOf } from '../../../test/unit/support/errors.js';

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
    return parts ? [{ tag, parts, architectures: [arch] }] : [];
  });

const NOWHERE = { elixir: undefined, otp: undefined };
const BOOKWORM: SystemVersion = { os: 'debian', release: 'bookworm' };
const TRIXIE: SystemVersion = { os: 'debian', release: 'trixie' };
const BULLSEYE: SystemVersion = { os: 'debian', release: 'bullseye' };
const NOBLE: SystemVersion = { os: 'ubuntu', release: 'noble' };

function plan(elixir: string | undefined, otp: string | undefined, systems: readonly SystemVersion[]): PlannedImage {
  const sources = { elixirInput: elixir, otpInput: otp, versionFileInput: undefined, found: NOWHERE };
  return imageQueryFor(resolveVersions(sources), systems, findTarget('x86_64-unknown-linux-gnu'));
}

/** The best of some tags for the versions. */
function choose(
  elixir: string | undefined,
  otp: string | undefined,
  systems: readonly SystemVersion[] = [BOOKWORM],
  tags = listed(TAGS),
): string | undefined {
  const { imageQuery, order } = plan(elixir, otp, systems);
  return rankTags(tags, imageQuery, order)[0]?.tag;
}

describe('the image that versions come to', () => {
  it.each<[string, string | undefined, string | undefined, readonly SystemVersion[], string | undefined]>([
    ['the exact pair', '1.14.0', '25.2.3', [BOOKWORM], TAGS[0]],
    ['the newest date of the pair, slim', '1.18.3', '27.3.4', [BOOKWORM], TAGS[3]],
    ['the newest patches of partial versions', '1.18', '27', [BOOKWORM], TAGS[5]],
    ['what Elixir was made for, without an OTP', '1.18', undefined, [BOOKWORM], TAGS[5]],
    ['an older Elixir with its own OTP', '1.14', undefined, [BOOKWORM], TAGS[1]],
    ['the newest Elixir that runs on an OTP', undefined, '27', [BOOKWORM], TAGS[5]],
    ['no release candidate unless it is named', undefined, '28', [BOOKWORM], TAGS[6]],
    ['a release candidate that is named', '1.19.0-rc.0', '28', [BOOKWORM], TAGS[7]],
    ['another release of the system', '1.18.3', '27', [TRIXIE], TAGS[8]],
    ['another system', '1.18.3', '27', [NOBLE], TAGS[9]],
    ['the suffix of Elixir as the OTP', '1.18.4-otp-28', undefined, [BOOKWORM], TAGS[6]],
    ['nothing, for a version that is not there', '1.17.3', '27', [BOOKWORM], undefined],
    ['the most wanted system, whatever is newer', '1.18', '27', [TRIXIE, BOOKWORM], TAGS[8]],
    ['the next system, where the most wanted has none', '1.18', '28', [TRIXIE, BOOKWORM], TAGS[6]],
    ['the first system that has one', '1.18', undefined, [BULLSEYE, NOBLE, BOOKWORM], TAGS[9]],
    ['nothing, for a system that is not there', '1.18.3', '27', [BULLSEYE], undefined],
  ])('is %s', (_, elixir, otp, systems, expected) => {
    expect(choose(elixir, otp, systems)).toBe(expected);
  });

  it('is none of another architecture', () => {
    expect(choose('1.18.3', '27', [BOOKWORM], listed(TAGS, 'arm64'))).toBeUndefined();
  });

  it('refuses a pair that does not go together, with the range that does', async () => {
    const error = await errorOf(() => choose('1.14.0', '27'));
    expect(error).toMatchObject({ code: 'incompatible-versions', exitStatus: 2 });
    expect(error.message).toMatch(/Elixir 1\.14\.0 .*does not support OTP 27/);
    expect(error.next).toContain('23 to 25');
  });
});

describe('planImage', () => {
  it.each<[string | undefined, string | undefined, readonly unknown[]]>([
    ['1.18.3', '27', ['Elixir 1.18.3 (from elixir-version)', 'OTP 27 (from otp-version)']],
    [undefined, '27', ['OTP 27 (from otp-version)']],
    ['1.18', undefined, ['Elixir 1.18 (from elixir-version)', 'OTP 27 (from what Elixir 1.18 was made for)']],
    ['1.18.4-otp-28', undefined, [expect.any(String), 'OTP 28 (from -otp-28 in elixir-version)']],
    ['1.99.0', '29', [expect.any(String), expect.any(String), expect.stringMatching(/was not checked\.$/)]],
    [undefined, undefined, []],
  ])('for Elixir %j and OTP %j says where the versions come from', (elixir, otp, words) => {
    expect(plan(elixir, otp, [BOOKWORM]).versions).toEqual(words);
  });

  it('wishes for the systems in their order, the architecture, and a slim image', () => {
    const { imageQuery } = plan('1.18', undefined, [TRIXIE, NOBLE]);
    expect(imageQuery).toMatchObject({
      systems: [TRIXIE, NOBLE],
      platform: 'linux/amd64',
      architecture: 'amd64',
      slim: true,
    });
    expect([imageQuery.elixir.requested, imageQuery.otp.requested]).toEqual(['1.18', '27']);
  });

  it('calls any Elixir so where only an OTP was asked for', () => {
    const { elixir } = plan(undefined, '28', [BOOKWORM]).imageQuery;
    expect(elixir).toMatchObject({ requested: 'any', prefix: '' });
    expect(['1.18.4', '1.19.0', '1.17.3', '1.19.0-rc.0', 'latest'].map((each) => elixir.matches(each))).toEqual([
      ...[true, true, false, false, false],
    ]);
  });
});

describe('wishFor', () => {
  it.each([
    ['elixir', '1.18', '1.18.', ['1.18.0', '1.18.4'], ['1.180.0', '1.19.0', 'x']],
    ['elixir', '1.18.3', '1.18.3', ['1.18.3'], ['1.18.30', '1.18.4']],
    ['otp', '27.3', '27.3', ['27.3', '27.3.4.1'], ['27.30', '28.0']],
    ['otp', '27', '27', ['27.0', '27.3.4.1'], ['270.1', '26.2']],
  ] as const)('%s %s is listed under %s', (tool, text, prefix, matching, others) => {
    const version = readVersion(tool, text);
    if (!version) throw new Error(`${text} is no version`);
    const imageQuery = constraintFor(tool, version);
    expect(imageQuery).toMatchObject({ requested: text, prefix });
    for (const each of matching) expect([each, imageQuery.matches(each)]).toEqual([each, true]);
    for (const each of others) expect([each, imageQuery.matches(each)]).toEqual([each, false]);
  });
});
