import { describe, expect, it } from '@jest/globals';
import {
  ELIXIR_OTP,
  NEWEST_ELIXIR_MINOR,
  OLDEST_ELIXIR_MINOR,
  OLDEST_OTP,
  defaultOtpFor,
  checkVersionPair,
  supportedOtp,
} from '../../src/versions/compat.js';
import { parseElixirVersion, parseOtpVersion } from '../../src/versions/parse.js';
import type { Version } from '../../src/versions/version.js';
import { errorOf } from './support/errors.js';

function pair(elixir: string, otp: string): string | undefined {
  return checkVersionPair(parseElixirVersion(elixir, 'mise.toml:2'), parseOtpVersion(otp, 'otp-version'));
}

function elixir(text: string): Version<'elixir'> {
  return parseElixirVersion(text, 'a test').version;
}

const TOO_OLD: Version<'elixir'> = { tool: 'elixir', parts: [1, 9, 4], rc: undefined };

describe('the table', () => {
  it('has each minor version once, newest first, without a gap', () => {
    const minors = ELIXIR_OTP.map((row) => row.minor);
    expect(minors).toEqual(minors.map((_, index) => NEWEST_ELIXIR_MINOR - index));
    expect([OLDEST_ELIXIR_MINOR, OLDEST_OTP]).toEqual([10, 21]);
  });

  it('never takes an OTP back, and adds the next one only', () => {
    for (const [index, row] of ELIXIR_OTP.entries()) {
      const older = ELIXIR_OTP[index + 1] ?? row;
      expect(row.otp.min).toBeGreaterThanOrEqual(older.otp.min);
      expect(row.otp.max).toBeGreaterThanOrEqual(older.otp.max);
      expect(row.later?.otp ?? row.otp.max + 1).toBe(row.otp.max + 1);
    }
  });
});

describe('supportedOtp', () => {
  it.each([
    ['1.10.0', 21, 22],
    ['1.10.3', 21, 23],
    ['1.11', 21, 24],
    ['1.12.3', 22, 24],
    ['1.13.3', 22, 24],
    ['1.13.4', 22, 25],
    ['1.14.0', 23, 25],
    ['1.14.5', 23, 26],
    ['1.14', 23, 26],
    ['1.15.8', 24, 26],
    ['1.16', 24, 26],
    ['1.17.3', 25, 27],
    ['1.18.3', 25, 27],
    ['1.18.4', 25, 28],
    ['1.18', 25, 28],
    ['1.18.0-rc.0', 25, 27],
    ['1.19.5', 26, 28],
    ['1.20', 27, 29],
    ['1.21.0', 27, 29],
    ['1', 21, 29],
  ])('of Elixir %s is %i to %i', (text, min, max) => {
    expect(supportedOtp(elixir(text))).toEqual({ min, max });
  });

  it.each(['1.22', '1.22.0-rc.0', '1.30.1', '2', '2.0.0'])('of Elixir %s is not known', (text) => {
    expect(supportedOtp(elixir(text))).toBeUndefined();
  });

  it('refuses an Elixir that is too old', async () => {
    const error = await errorOf(() => supportedOtp(TOO_OLD));
    expect(error.code).toBe('incompatible-versions');
    expect(error.message).toBe('Elixir 1.9.4 is older than Elixir 1.10, the oldest supported');
    expect(error.next).toBe('Use Elixir 1.10 or newer.');
  });
});

describe('defaultOtpFor', () => {
  it.each([
    ['1.10', 22],
    ['1.14.5', 25],
    ['1.15', 26],
    ['1.18', 27],
    ['1.18.3', 27],
    ['1.18.4', 27],
    ['1.19.0-rc.0', 28],
    ['1.20.3', 29],
    ['1', 29],
    ['1.22', 29],
    ['2', 29],
  ])('is for Elixir %s OTP %i', (text, major) => {
    expect(defaultOtpFor(elixir(text))).toBe(major);
  });

  it('goes with its Elixir', () => {
    for (const { minor } of ELIXIR_OTP) {
      expect(pair(`1.${String(minor)}.0`, String(defaultOtpFor(elixir(`1.${String(minor)}`))))).toBeUndefined();
    }
  });

  it('refuses an Elixir that is too old', async () => {
    expect((await errorOf(() => defaultOtpFor(TOO_OLD))).code).toBe('incompatible-versions');
  });
});

describe('requirePair', () => {
  it.each([
    ['1.18', '27'],
    ['1.18', '28'],
    ['1.18.4', '28.0.1'],
    ['1.18.3', '25.3.2.21'],
    ['1.18.3-otp-27', '27.3.4.1'],
    ['1.14.5', '26'],
    ['1', '21'],
    ['1.19.0-rc.0', '28.0-rc2'],
    ['1.20', '29.0-rc1'],
  ])('lets Elixir %s on OTP %s pass', (wantedElixir, wantedOtp) => {
    expect(pair(wantedElixir, wantedOtp)).toBeUndefined();
  });

  it.each([
    [
      '1.18.3',
      '28.0.1',
      'Elixir 1.18.3 (from mise.toml:2) does not support OTP 28.0.1 (from otp-version)',
      'Elixir 1.18.3 supports OTP 25 to 27, and OTP 28 from 1.18.4. Elixir versions that support OTP 28: 1.18.4, 1.19, 1.20, 1.21.',
    ],
    [
      '1.18',
      '24',
      'Elixir 1.18 (from mise.toml:2) does not support OTP 24 (from otp-version)',
      'Elixir 1.18 supports OTP 25 to 28. Elixir versions that support OTP 24: 1.11.4, 1.12, 1.13, 1.14, 1.15, 1.16.',
    ],
    [
      '1.14.4',
      '26.2',
      'Elixir 1.14.4 (from mise.toml:2) does not support OTP 26.2 (from otp-version)',
      'Elixir 1.14.4 supports OTP 23 to 25, and OTP 26 from 1.14.5. Elixir versions that support OTP 26: 1.14.5, 1.15, 1.16, 1.17, 1.18, 1.19.',
    ],
    [
      '1.20.1',
      '30',
      'Elixir 1.20.1 (from mise.toml:2) does not support OTP 30 (from otp-version)',
      'Elixir 1.20.1 supports OTP 27 to 29. No Elixir known here supports OTP 30.',
    ],
    [
      '1',
      '30.1',
      'Elixir 1 (from mise.toml:2) does not support OTP 30.1 (from otp-version)',
      'Elixir 1 supports OTP 21 to 29. No Elixir known here supports OTP 30.',
    ],
  ])('refuses Elixir %s on OTP %s', async (wantedElixir, wantedOtp, what, next) => {
    const error = await errorOf(() => pair(wantedElixir, wantedOtp));
    expect(error.code).toBe('incompatible-versions');
    expect(error.message).toBe(what);
    expect(error.next).toBe(next);
  });

  it('says that it did not check an Elixir newer than the table', () => {
    expect(pair('1.22.0', '31')).toBe(
      'Elixir 1.22.0 is newer than 1.21, the newest known here: whether it supports OTP 31 was not checked.',
    );
  });

  it('says that it did not check a candidate on an OTP that its release does not run on', () => {
    expect(pair('1.20.0-rc.1', '26')).toBe(
      'Elixir 1.20.0-rc.1 is a release candidate: whether it supports OTP 26 was not checked.',
    );
  });
});
