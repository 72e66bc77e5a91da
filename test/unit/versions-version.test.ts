import { describe, expect, it } from '@jest/globals';
import {
  type Tool,
  type Version,
  preferenceFor,
  compareVersions,
  describeVersion,
  isExact,
  matches,
  readVersion,
  versionName,
} from '../../src/versions/version.js';

function version<T extends Tool>(tool: T, text: string): Version<T> {
  const read = readVersion(tool, text);
  if (!read) throw new Error(`${text} is not a version`);
  return read;
}

const elixir = (text: string): Version<'elixir'> => version('elixir', text);
const otp = (text: string): Version<'otp'> => version('otp', text);

/** As the hexpm images have them. */
const PUBLISHED_OTP = [
  ...['26.2.5.6', '27.0', '27.0-rc3', '27.0.1', '27.3', '27.3.1', '27.3.4', '27.3.4.1', '27.3.4.3', '27.3.4.10'],
  ...['27.3.4.10.1', '28.0-rc2', '28.0', '28.0.1', '29.0-rc1'],
].map(otp);

const PUBLISHED_ELIXIR = ['1.9.4', '1.17.3', '1.18.0', '1.18.3', '1.18.4', '1.18.10', '1.19.0-rc.0', '1.19.0-rc.1'].map(
  elixir,
);

/** Tool, text, its published name, whether it is exact. */
const READ: readonly (readonly [Tool, string, string, boolean])[] = [
  ['elixir', '1', '1', false],
  ['elixir', '1.18', '1.18', false],
  ['elixir', '1.18.3', '1.18.3', true],
  ['elixir', '1.18.0', '1.18.0', true],
  ['elixir', '1.20.0', '1.20.0', true],
  ['elixir', '1.19.0-rc.1', '1.19.0-rc.1', true],
  ['elixir', '1.19.0-rc1', '1.19.0-rc.1', true],
  ['elixir', '1.19.0-rc.12', '1.19.0-rc.12', true],
  ['otp', '27', '27', false],
  ['otp', '27.0', '27.0', false],
  ['otp', '27.3', '27.3', false],
  ['otp', '27.3.4', '27.3.4', true],
  ['otp', '27.3.4.1', '27.3.4.1', true],
  ['otp', '27.3.4.16.1', '27.3.4.16.1', true],
  ['otp', '27.3.4.16.1.1', '27.3.4.16.1.1', true],
  ['otp', '27.3.0', '27.3', true],
  ['otp', '27.0.0', '27.0', true],
  ['otp', '29.0.5.0', '29.0.5', true],
  ['otp', '27.0.1', '27.0.1', true],
  ['otp', '28.0-rc2', '28.0-rc2', true],
  ['otp', '28.0-rc.2', '28.0-rc2', true],
];

const UNREAD: readonly (readonly [Tool, string])[] = [
  ['elixir', ''],
  ['elixir', 'v1.18.3'],
  ['elixir', '1.18.3.1'],
  ['elixir', '1.18-rc.0'],
  ['elixir', '1.19.0-rc'],
  ['elixir', '1.19.0-dev'],
  ['elixir', '1.18.'],
  ['elixir', '.18'],
  ['elixir', '1..18'],
  ['elixir', '1.018'],
  ['elixir', '1.18.3\n'],
  ['elixir', '1.18.3+build'],
  ['elixir', '1,18'],
  ['elixir', '-1.18'],
  ['elixir', '1e3'],
  ['elixir', '１.18'],
  ['elixir', '1.99999999'],
  ['otp', '27.3.4.16.1.1.1'],
  ['otp', '28-rc1'],
  ['otp', 'OTP-27'],
];

describe('readVersion', () => {
  it.each(READ)('reads %s %s as %s, exact: %s', (tool, text, name, exact) => {
    expect(versionName(version(tool, text))).toBe(name);
    expect(isExact(version(tool, text))).toBe(exact);
  });

  it.each(UNREAD)('does not read %s %j', (tool, text) => {
    expect(readVersion(tool, text)).toBeUndefined();
  });

  it('keeps parts as numbers', () => {
    expect(otp('27.3.4.16.1.1')).toEqual({ tool: 'otp', parts: [27, 3, 4, 16, 1, 1], rc: undefined });
    expect(elixir('1.19.0-rc.2')).toEqual({ tool: 'elixir', parts: [1, 19, 0], rc: 2 });
  });
});

describe('describeVersion', () => {
  it('names the tool', () => {
    expect(describeVersion(elixir('1.18'))).toBe('Elixir 1.18');
    expect(describeVersion(otp('27.3.4.1'))).toBe('OTP 27.3.4.1');
  });
});

describe('compareVersions', () => {
  it('sorts OTP from oldest to newest, candidates before their release', () => {
    const names = ['26.2.5.6', '27.0-rc3', '27.0', '27.0.1', '27.3', '27.3.4', '27.3.4.9', '27.3.4.10', '27.3.4.10.1'];
    const candidates = ['28.0-rc2', '28.0-rc10', '28.0', '28.0.1-rc1', '28.0.1'];
    const sorted = [...names, ...candidates].reverse().map(otp).sort(compareVersions);
    expect(sorted.map(versionName)).toEqual([...names, ...candidates]);
  });

  it('counts a missing part as 0', () => {
    expect(compareVersions(otp('27.3'), otp('27.3.0'))).toBe(0);
    expect(compareVersions(otp('27.3'), otp('27.3.0.1'))).toBeLessThan(0);
  });

  it('compares numbers, not text', () => {
    expect(compareVersions(elixir('1.9.4'), elixir('1.18.0'))).toBeLessThan(0);
    expect(compareVersions(otp('27.3.4.10'), otp('27.3.4.9'))).toBeGreaterThan(0);
    expect(compareVersions(elixir('1.18.3'), elixir('1.18.3'))).toBe(0);
  });
});

/** Wanted, published, whether the one answers the other. */
const MATCHES: readonly (readonly [string, string, boolean])[] = [
  ['27', '27.3.4.1', true],
  ['27', '27.0', true],
  ['27', '28.0', false],
  ['27', '27.0-rc3', false],
  ['27.0', '27.0.1', true],
  ['27.0', '27.3', false],
  ['27.3', '27.3', true],
  ['27.3', '27.30', false],
  ['27.3.0', '27.3', true],
  ['27.3.0', '27.3.1', false],
  ['27.3.4', '27.3.4.1', true],
  ['27.3.4.1', '27.3.4', false],
  ['27.3.4.1', '27.3.4.10', false],
  ['27.3.4.10', '27.3.4.10.1', true],
  ['28.0-rc2', '28.0-rc2', true],
  ['28.0-rc2', '28.0-rc1', false],
  ['28.0-rc2', '28.0', false],
  ['28.0', '28.0-rc2', false],
];

describe('matches', () => {
  it.each(MATCHES)('OTP %s is answered by %s: %s', (wanted, published, answer) => {
    expect(matches(otp(wanted), otp(published))).toBe(answer);
  });
});

/** The best of the published versions that match. */
function chooseVersion<T extends Tool>(wanted: Version<T>, published: readonly Version<T>[]): Version<T> | undefined {
  return published.filter((each) => matches(wanted, each)).sort(preferenceFor(wanted))[0];
}

describe('matches and byPreference together', () => {
  it.each([
    ['27', '27.3.4.10.1'],
    ['27.0', '27.0.1'],
    ['27.3', '27.3.4.10.1'],
    ['27.3.0', '27.3'],
    ['27.3.4', '27.3.4'],
    ['27.3.4.10', '27.3.4.10'],
    ['26.2.5', '26.2.5.6'],
    ['28', '28.0.1'],
    ['28.0-rc2', '28.0-rc2'],
    ['29', undefined],
    ['27.3.4.2', undefined],
  ])('takes for OTP %s the published %s', (wanted, chosen) => {
    expect(chooseVersion(otp(wanted), PUBLISHED_OTP)).toEqual(chosen === undefined ? undefined : otp(chosen));
  });

  it.each([
    ['1', '1.18.10'],
    ['1.18', '1.18.10'],
    ['1.18.3', '1.18.3'],
    ['1.18.1', undefined],
    ['1.19', undefined],
    ['1.19.0', undefined],
    ['1.19.0-rc.0', '1.19.0-rc.0'],
  ])('takes for Elixir %s the published %s', (wanted, chosen) => {
    expect(chooseVersion(elixir(wanted), PUBLISHED_ELIXIR)).toEqual(chosen === undefined ? undefined : elixir(chosen));
  });
});

describe('byPreference', () => {
  it('puts the equal version before newer patches of it', () => {
    const sorted = ['27.3.4.1', '27.3.4', '27.3.4.3'].map(otp).sort(preferenceFor(otp('27.3.4')));
    expect(sorted.map(versionName)).toEqual(['27.3.4', '27.3.4.3', '27.3.4.1']);
  });
});
