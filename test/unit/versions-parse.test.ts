import { describe, expect, it } from '@jest/globals';
import { EXIT_STATUS } from '../../src/errors.js';
import { parseElixirVersion, parseOtpVersion } from '../../src/versions/parse.js';
import { describeRequirement } from '../../src/versions/requirement.js';
import { type Tool, versionName } from '../../src/versions/version.js';
import { errorOf } from './support/errors.js';

const ORIGIN = '.tool-versions:1';

/** Text, the version read. */
const ELIXIR: readonly (readonly [string, string])[] = [
  ['1.18.3', '1.18.3'],
  ['1.18', '1.18'],
  ['1', '1'],
  ['1.10', '1.10'],
  ['1.10.4', '1.10.4'],
  ['1.20', '1.20'],
  ['1.20.3', '1.20.3'],
  ['1.21.0', '1.21.0'],
  ['1.34.1', '1.34.1'],
  ['2.0.0', '2.0.0'],
  ['v1.18.3', '1.18.3'],
  ['V1.18.3', '1.18.3'],
  ['  1.18.3  ', '1.18.3'],
  ['\t1.18.3\t', '1.18.3'],
  ['1.18.3\r', '1.18.3'],
  ['1.18.3\r\n', '1.18.3'],
  ['\uFEFF1.18.3', '1.18.3'],
  ['1.19.0-rc.1', '1.19.0-rc.1'],
  ['1.19.0-RC.1', '1.19.0-rc.1'],
  ['1.19.0-rc1', '1.19.0-rc.1'],
];

/** Text, the version read, the OTP major of the suffix. */
const ELIXIR_ON_OTP: readonly (readonly [string, string, string])[] = [
  ['1.18.3-otp-27', '1.18.3', '27'],
  ['v1.18.3-otp-27', '1.18.3', '27'],
  ['1.18.3-OTP-27', '1.18.3', '27'],
  ['1.18-otp-27', '1.18', '27'],
  ['1-otp-27', '1', '27'],
  ['1.19.0-rc.0-otp-28', '1.19.0-rc.0', '28'],
];

const OTP: readonly (readonly [string, string])[] = [
  ['27', '27'],
  ['27.0', '27.0'],
  ['27.3', '27.3'],
  ['27.3.4', '27.3.4'],
  ['27.3.4.1', '27.3.4.1'],
  ['27.3.4.16.1.1', '27.3.4.16.1.1'],
  ['27.3.0', '27.3'],
  ['21', '21'],
  ['31.0', '31.0'],
  ['OTP-27.3.4', '27.3.4'],
  ['otp-27', '27'],
  ['OTP 27.3', '27.3'],
  ['OTP27', '27'],
  ['v27.3', '27.3'],
  [' 27.3.4.1\r\n', '27.3.4.1'],
  ['\t27', '27'],
  ['28.0-rc2', '28.0-rc2'],
  ['28.0-rc.2', '28.0-rc2'],
  ['OTP-28.0-rc2', '28.0-rc2'],
];

const ELIXIR_EXAMPLE = 'Write a version such as 1.18.3, 1.19.0-rc.1, or 1.18 for the newest 1.18.x.';
const OTP_EXAMPLE = 'Write a version such as 27.3.4.1, 28.0-rc2, or 27 for the newest 27.x.';
const NEWEST = 'means whatever is newest on the day of the build';
const COMMIT = 'names a commit; images exist for published versions only';
const BRANCH = 'names a branch; images exist for published versions only';
const DIRECTORY = 'names a directory; images exist for published versions only';
const INSTALLED = 'means the version installed on this machine, which the builder does not use';
const RANGE = 'is a range';
const SUFFIX = 'has a suffix that is not an OTP major version such as -otp-27';
const CANDIDATE = 'is not how a release candidate is named';
const NO_ELIXIR = 'is not a version of Elixir';
const NO_OTP = 'is not a version of OTP';
const OLD_ELIXIR = 'is older than 1.10, the oldest supported';

/** Tool, text, what is wrong with it, what to do. */
const REFUSED: readonly (readonly [Tool, string, string, string])[] = [
  ['elixir', '', 'is empty', ELIXIR_EXAMPLE],
  ['otp', ' \r\n', 'is empty', OTP_EXAMPLE],
  ['elixir', 'latest', NEWEST, ELIXIR_EXAMPLE],
  ['elixir', 'latest:1.18', NEWEST, 'Write 1.18 for the newest 1.18.x.'],
  ['otp', 'latest', NEWEST, OTP_EXAMPLE],
  ['otp', 'Latest:27', NEWEST, 'Write 27 for the newest 27.x.'],
  ['otp', 'prefix:27.3', NEWEST, 'Write 27.3 for the newest 27.3.x.'],
  ['elixir', 'lts', NEWEST, ELIXIR_EXAMPLE],
  ['elixir', 'system', INSTALLED, ELIXIR_EXAMPLE],
  ['otp', 'system', INSTALLED, OTP_EXAMPLE],
  ['elixir', 'ref:v1.18.3', COMMIT, 'Write 1.18.3.'],
  ['elixir', 'ref:v1.18.3-otp-27', COMMIT, 'Write 1.18.3.'],
  ['otp', 'ref:OTP-27.3.4', COMMIT, 'Write 27.3.4.'],
  ['elixir', 'ref:39cb398vb39', COMMIT, ELIXIR_EXAMPLE],
  ['otp', 'ref:master', COMMIT, OTP_EXAMPLE],
  ['elixir', 'path:~/src/elixir', DIRECTORY, ELIXIR_EXAMPLE],
  ['otp', '/usr/local/lib/erlang', DIRECTORY, OTP_EXAMPLE],
  ['elixir', 'main', BRANCH, ELIXIR_EXAMPLE],
  ['elixir', 'main-otp-27', BRANCH, ELIXIR_EXAMPLE],
  ['elixir', 'master', BRANCH, ELIXIR_EXAMPLE],
  ['otp', 'maint-27', BRANCH, OTP_EXAMPLE],
  ['elixir', 'nightly', BRANCH, ELIXIR_EXAMPLE],
  ['elixir', '1.21.0-dev', BRANCH, ELIXIR_EXAMPLE],
  ['elixir', '~> 1.18', RANGE, 'Write 1.18 for the newest 1.18.x.'],
  ['elixir', '~> 1.18.3', RANGE, 'Write 1.18 for the newest 1.18.x.'],
  ['elixir', '1.18.x', RANGE, 'Write 1.18 for the newest 1.18.x.'],
  ['elixir', '1.18.*', RANGE, 'Write 1.18 for the newest 1.18.x.'],
  ['otp', '27.x', RANGE, 'Write 27 for the newest 27.x.'],
  ['otp', '>= 27', RANGE, 'Write 27 for the newest 27.x.'],
  ['otp', '27 || 28', RANGE, OTP_EXAMPLE],
  ['elixir', '*', RANGE, ELIXIR_EXAMPLE],
  ['elixir', '1.18.3-otp-27.3', SUFFIX, 'Write 1.18.3.'],
  ['elixir', '1.18-otp-x', SUFFIX, 'Write 1.18 for the newest 1.18.x.'],
  ['elixir', '1.19-rc.1', CANDIDATE, ELIXIR_EXAMPLE],
  ['otp', '28-rc1', CANDIDATE, OTP_EXAMPLE],
  ['elixir', '1.18.3.1', NO_ELIXIR, ELIXIR_EXAMPLE],
  ['elixir', 'one', NO_ELIXIR, ELIXIR_EXAMPLE],
  ['elixir', '"1.18"', NO_ELIXIR, ELIXIR_EXAMPLE],
  ['elixir', '1.18.3 1.17.3', NO_ELIXIR, ELIXIR_EXAMPLE],
  ['elixir', '${{ matrix.elixir }}', NO_ELIXIR, ELIXIR_EXAMPLE],
  ['otp', '27.3.4.16.1.1.1', NO_OTP, OTP_EXAMPLE],
  ['otp', '27.3.4-otp', NO_OTP, OTP_EXAMPLE],
  ['elixir', '1.2', OLD_ELIXIR, "Did you write 1.20 without quotes? YAML reads it as the number 1.2: write '1.20'."],
  ['elixir', '1.1', OLD_ELIXIR, "Did you write 1.10 without quotes? YAML reads it as the number 1.1: write '1.10'."],
  ['elixir', '1.9', OLD_ELIXIR, ELIXIR_EXAMPLE],
  ['elixir', '1.0', OLD_ELIXIR, ELIXIR_EXAMPLE],
  ['elixir', '1.2.6', OLD_ELIXIR, ELIXIR_EXAMPLE],
  ['elixir', '0.15.1', OLD_ELIXIR, ELIXIR_EXAMPLE],
  ['elixir', '27.3', 'looks like a version of OTP', `Set it as otp-version. ${ELIXIR_EXAMPLE}`],
  ['otp', '1.18.3', 'looks like a version of Elixir', `Set it as elixir-version. ${OTP_EXAMPLE}`],
  ['otp', '20.3', 'is older than 21, the oldest supported', OTP_EXAMPLE],
  ['otp', '2.7', 'is older than 21, the oldest supported', OTP_EXAMPLE],
];

describe('parseElixirVersion', () => {
  it.each(ELIXIR)('reads %j as %s', (text, name) => {
    const { version, origin, compiledOn } = parseElixirVersion(text, ORIGIN);
    expect(versionName(version)).toBe(name);
    expect(origin).toBe(ORIGIN);
    expect(compiledOn).toBeUndefined();
  });

  it.each(ELIXIR_ON_OTP)('reads %j as %s compiled on OTP %s', (text, name, otp) => {
    const { version, compiledOn } = parseElixirVersion(text, ORIGIN);
    expect(versionName(version)).toBe(name);
    expect(compiledOn && versionName(compiledOn.version)).toBe(otp);
  });

  it('says where the OTP of a suffix is from', () => {
    const { compiledOn } = parseElixirVersion('1.18.3-otp-27', ORIGIN);
    expect(compiledOn && describeRequirement(compiledOn)).toBe('OTP 27 (from -otp-27 in .tool-versions:1)');
  });

  it('refuses a suffix with an OTP that is too old', async () => {
    const error = await errorOf(() => parseElixirVersion('1.10.4-otp-19', ORIGIN));
    expect(error.message).toBe(
      "OTP version '19' (from -otp-19 in .tool-versions:1) is older than 21, the oldest supported",
    );
  });
});

describe('parseOtpVersion', () => {
  it.each(OTP)('reads %j as %s', (text, name) => {
    const { version, origin } = parseOtpVersion(text, ORIGIN);
    expect(versionName(version)).toBe(name);
    expect(origin).toBe(ORIGIN);
  });
});

describe('a text that is no version', () => {
  it.each(REFUSED)('is refused: %s %j %s', async (tool, text, reason, next) => {
    const parse = tool === 'elixir' ? parseElixirVersion : parseOtpVersion;
    const error = await errorOf(() => parse(text, 'the option'));
    const name = tool === 'elixir' ? 'Elixir' : 'OTP';
    expect(error.code).toBe('bad-version');
    expect(error.message).toBe(`${name} version '${text.trim()}' (from the option) ${reason}`);
    expect(error.next).toBe(next);
  });

  it('is shown on one line, and not at any length', async () => {
    const lines = await errorOf(() => parseElixirVersion('one\r\n::error::two', ORIGIN));
    expect(lines.message).toBe(`Elixir version 'one ::error::two' (from ${ORIGIN}) is not a version of Elixir`);
    const long = await errorOf(() => parseOtpVersion('9.'.repeat(50_000), ORIGIN));
    expect(long.message).toBe(`OTP version '${'9.'.repeat(30)}…' (from ${ORIGIN}) is not a version of OTP`);
  });

  it('ends the command line with 2', () => {
    expect(EXIT_STATUS).toMatchObject({ 'bad-version': 2, 'bad-version-file': 2, 'incompatible-versions': 2 });
  });
});

describe('the tables', () => {
  it('hold at least 70 versions', () => {
    expect(ELIXIR.length + ELIXIR_ON_OTP.length + OTP.length + REFUSED.length).toBeGreaterThanOrEqual(70);
  });
});
