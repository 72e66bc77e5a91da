import { describe, expect, it } from '@jest/globals';
import { type Requirement, type VersionTexts, describeRequirement } from '../../src/versions/requirement.js';
import { type VersionSources, resolveVersions } from '../../src/versions/resolve.js';
import { errorOf } from './support/errors.js';

const NOTHING: VersionTexts = { elixir: undefined, otp: undefined };

function written(file: string, elixir?: string, otp?: string): VersionTexts {
  return {
    elixir: elixir === undefined ? undefined : { text: elixir, origin: `${file}:1` },
    otp: otp === undefined ? undefined : { text: otp, origin: `${file}:2` },
  };
}

function resolve(sources: Partial<VersionSources>): readonly (string | undefined)[] {
  const none = { elixirInput: undefined, otpInput: undefined, versionFileInput: undefined, found: NOTHING };
  const { elixir, otp } = resolveVersions({ ...none, ...sources });
  const show = (requirement: Requirement | undefined): string | undefined =>
    requirement && describeRequirement(requirement);
  return [show(elixir), show(otp)];
}

const FOUND = written('.tool-versions', '1.17.3', '26.2');
const FILE = written('ci/versions', '1.18.3', '27.3');

describe('resolveWanted', () => {
  it.each<[string, Partial<VersionSources>, readonly (string | undefined)[]]>([
    ['nothing', {}, [undefined, undefined]],
    ['blank inputs', { elixirInput: ' ', otpInput: '', found: NOTHING }, [undefined, undefined]],
    ['what was found', { found: FOUND }, ['Elixir 1.17.3 (from .tool-versions:1)', 'OTP 26.2 (from .tool-versions:2)']],
    [
      'the version file before what was found',
      { versionFileInput: FILE, found: FOUND },
      ['Elixir 1.18.3 (from ci/versions:1)', 'OTP 27.3 (from ci/versions:2)'],
    ],
    [
      'inputs before the version file',
      { elixirInput: '1.20', otpInput: '29', versionFileInput: FILE, found: FOUND },
      ['Elixir 1.20 (from elixir-version)', 'OTP 29 (from otp-version)'],
    ],
    [
      'each tool from its own source',
      { elixirInput: '1.18.4', versionFileInput: written('ci/versions', '1.16'), found: FOUND },
      ['Elixir 1.18.4 (from elixir-version)', 'OTP 26.2 (from .tool-versions:2)'],
    ],
    ['OTP alone', { otpInput: 'OTP-27.3.4.1' }, [undefined, 'OTP 27.3.4.1 (from otp-version)']],
    [
      'the OTP of a suffix',
      { elixirInput: '1.18.3-otp-27' },
      ['Elixir 1.18.3 (from elixir-version)', 'OTP 27 (from -otp-27 in elixir-version)'],
    ],
    [
      'the OTP that was asked for before that of a suffix',
      { found: written('.tool-versions', '1.18.3-otp-27', '27.3.4') },
      ['Elixir 1.18.3 (from .tool-versions:1)', 'OTP 27.3.4 (from .tool-versions:2)'],
    ],
    [
      'an input where the file has what cannot be read',
      { otpInput: '27', found: written('.tool-versions', '1.18.3', 'ref:master') },
      ['Elixir 1.18.3 (from .tool-versions:1)', 'OTP 27 (from otp-version)'],
    ],
  ])('takes %s', (_, sources, wanted) => {
    expect(resolve(sources)).toEqual(wanted);
  });

  it('refuses a suffix and an OTP that disagree', async () => {
    const error = await errorOf(() => resolve({ otpInput: '26.2', found: written('.tool-versions', '1.18.3-otp-27') }));
    expect(error.code).toBe('incompatible-versions');
    expect(error.message).toBe(
      'Elixir 1.18.3 (from .tool-versions:1) has the suffix -otp-27, but OTP 26.2 (from otp-version) was requested',
    );
    expect(error.next).toBe(
      "Request an OTP 27 version, or remove '-otp-27': the image's Elixir is always compiled with the image's OTP.",
    );
  });

  it('names the source of what cannot be read', async () => {
    const error = await errorOf(() => resolve({ found: written('.tool-versions', '1.18.3', 'system') }));
    expect(error.code).toBe('bad-version');
    expect(error.message).toContain("OTP version 'system' (from .tool-versions:2)");
    const input = await errorOf(() => resolve({ elixirInput: 'latest', found: FOUND }));
    expect(input.message).toContain("Elixir version 'latest' (from elixir-version)");
  });
});
