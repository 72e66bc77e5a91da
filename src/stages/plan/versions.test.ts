import { describe, expect, it } from '@jest/globals';
import path from 'node:path';
import { expectedByInputs } from './choose-image.js';
import type { VersionRequest } from '../../options/sections/image.js';
import { versionsFromInputs, versionsOrDefault } from './versions.js';
import { describeRequirement } from '../../versions/requirement.js';
import type { RequestedVersions } from '../../versions/resolve.js';
import { errorOf } from '../../../test/unit/support/errors.js';
import { directoryWith, type Tree } from '../../../test/unit/support/files.js';
import { requestWith } from '../../../test/unit/support/request.js';

/** A request for a project in a checkout with these files. */
async function requestIn(tree: Tree, versions: Partial<VersionRequest> = {}) {
  const checkout = await directoryWith({ 'app/mix.exs': '', ...tree });
  return requestWith({
    ...{ checkout, project: path.join(checkout, 'app') },
    image: { versions: { elixir: undefined, otp: undefined, file: undefined, ...versions } },
  });
}

function inWords({ elixir, otp }: RequestedVersions): readonly string[] {
  return [elixir, otp].map((each) => (each ? describeRequirement(each) : 'nothing'));
}

const PINNED = { '.tool-versions': 'elixir 1.17.3\nerlang 26.2.5\n' };

describe('wantedOrDefault', () => {
  it.each<[string, Tree, Partial<VersionRequest>, readonly unknown[]]>([
    [
      'the default of the target',
      {},
      {},
      [expect.stringMatching(/^Elixir 1\.18 \(from the default/), expect.stringMatching(/^OTP 27 \(from the default/)],
    ],
    ['the files', PINNED, {}, ['Elixir 1.17.3 (from .tool-versions:1)', 'OTP 26.2.5 (from .tool-versions:2)']],
    [
      'the nearest file',
      { ...PINNED, 'app/.tool-versions': 'elixir 1.18.4\n' },
      {},
      ['Elixir 1.18.4 (from app/.tool-versions:1)', 'OTP 26.2.5 (from .tool-versions:2)'],
    ],
    [
      'an input, and the files for the other',
      PINNED,
      { elixir: '1.16' },
      ['Elixir 1.16 (from elixir-version)', 'OTP 26.2.5 (from .tool-versions:2)'],
    ],
    [
      'both inputs',
      PINNED,
      { elixir: '1.18', otp: '27' },
      ['Elixir 1.18 (from elixir-version)', 'OTP 27 (from otp-version)'],
    ],
    ['one input and nothing else', {}, { otp: '27' }, ['nothing', 'OTP 27 (from otp-version)']],
    [
      'the file that was named, and no other',
      { ...PINNED, 'ci/versions': 'elixir 1.18.3\n' },
      { file: 'ci/versions' },
      ['Elixir 1.18.3 (from ci/versions:1)', 'nothing'],
    ],
    [
      'an input over the file that was named',
      { 'ci/versions': 'elixir 1.18.3\nerlang 27.1\n' },
      { file: 'ci/versions', otp: '26' },
      ['Elixir 1.18.3 (from ci/versions:1)', 'OTP 26 (from otp-version)'],
    ],
  ])('is %s', async (_, tree, versions, words) => {
    expect(inWords(await versionsOrDefault(await requestIn(tree, versions)))).toEqual(words);
  });

  it.each<[string, Partial<VersionRequest>]>([
    ['both inputs were given', { elixir: '1.18', otp: '27' }],
    ['another was named', { file: 'ci/versions' }],
  ])('reads no file of the project where %s', async (_, versions) => {
    const broken = { 'mise.toml': '[tools', 'ci/versions': 'elixir 1.18.3\nerlang 27.1\n' };
    expect(inWords(await versionsOrDefault(await requestIn(broken, versions)))).toEqual([
      expect.stringMatching(/^Elixir 1\.18/),
      expect.stringMatching(/^OTP 27/),
    ]);
  });

  it.each<[Tree, Partial<VersionRequest>, string]>([
    [{ 'mise.toml': '[tools' }, { elixir: '1.18' }, 'bad-version-file'],
    [{}, { file: 'ci/gone' }, 'bad-version-file'],
    [{}, { elixir: 'main' }, 'bad-version'],
    [{}, { elixir: '1.18.3-otp-27', otp: '26' }, 'incompatible-versions'],
  ])('refuses %j with inputs %j', async (tree, versions, code) => {
    const request = await requestIn(tree, versions);
    expect(await errorOf(() => versionsOrDefault(request))).toMatchObject({ code, exitStatus: 2 });
  });
});

describe('wantedByInputs', () => {
  it.each<[string, Partial<VersionRequest>, readonly string[]]>([
    ['nothing, whatever the project pins', {}, ['nothing', 'nothing']],
    ['one input', { elixir: '1.18' }, ['Elixir 1.18 (from elixir-version)', 'nothing']],
    ['the OTP that an Elixir was compiled on', { elixir: '1.18.3-otp-27' }, ['Elixir', 'OTP 27']],
    ['the file that was named', { file: '.tool-versions' }, ['Elixir 1.17.3', 'OTP 26.2.5']],
  ])('is %s', async (_, versions, words) => {
    const wanted = inWords(await versionsFromInputs(await requestIn(PINNED, versions)));
    expect(wanted).toEqual(words.map((word) => expect.stringMatching(new RegExp(`^${word.replaceAll(/[()]/g, '.')}`))));
  });
});

describe('expectedByInputs', () => {
  it('asks nothing of an image that was named alone but to be of the target', async () => {
    const request = await requestIn(PINNED);
    expect(await expectedByInputs(request)).toEqual({
      expected: { target: request.target, elixir: undefined, otp: undefined, system: undefined, glibc: undefined },
      versions: [],
    });
  });

  it('asks for every version, the system and the glibc that were named', async () => {
    const system = { os: 'debian', release: 'trixie' } as const;
    const request = await requestIn(PINNED, { elixir: '1.18', otp: '27.3' });
    const requested = await expectedByInputs({ ...request, image: { ...request.image, os: system, glibc: '2.41' } });
    expect(requested.versions).toEqual(['Elixir 1.18 (from elixir-version)', 'OTP 27.3 (from otp-version)']);
    const { elixir, otp, ...rest } = requested.expected;
    expect(rest).toEqual({ target: request.target, system, glibc: '2.41' });
    expect([elixir?.requested, otp?.requested]).toEqual(requested.versions);
    expect(['1.18.4', '1.18.0', '1.19.0', '1.17.3'].map((each) => elixir?.matches(each))).toEqual([
      ...[true, true, false, false],
    ]);
    expect(['27.3', '27.3.4.1', '27.2', '28.0'].map((each) => otp?.matches(each))).toEqual([true, true, false, false]);
  });
});
