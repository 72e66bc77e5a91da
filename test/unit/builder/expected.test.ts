import { describe, expect, it } from '@jest/globals';
import { requireExpected, requireTarget, type Expected } from '../../../src/builder/expected.js';
import type { Probe } from '../../../src/builder/probe.js';
import { findTarget } from '../../../src/targets/find.js';
import { errorOf } from '../support/errors.js';
import { PROBE } from '../support/probe.js';

const gnu = findTarget('x86_64-unknown-linux-gnu');
const arm = findTarget('aarch64-unknown-linux-gnu');
const musl = findTarget('x86_64-unknown-linux-musl');

const nothing: Expected = { target: gnu, elixir: undefined, otp: undefined, system: undefined, glibc: undefined };

const ALPINE: Partial<Probe> = {
  ...{ os: 'alpine 3.22.1', osCodename: '', libc: 'musl', libcVersion: '1.2.5' },
  systemArchitecture: 'x86_64-alpine-linux-musl',
};
const NOBLE: Partial<Probe> = { os: 'ubuntu 24.04', osCodename: 'noble', libcVersion: '2.39' };
const TESTING: Partial<Probe> = { os: 'debian', osCodename: 'forky', libcVersion: '2.43' };

const exactly = (version: string) => ({
  requested: `version ${version} (from an input)`,
  matches: (each: string) => each === version,
});
const system = (os: 'debian' | 'ubuntu' | 'alpine', release: string) => ({ system: { os, release } });

function check(found: Partial<Probe>, expected: Partial<Expected>): void {
  requireExpected({ ...PROBE, ...found }, { ...nothing, ...expected }, 'team/elixir:1');
}

describe('requireExpected', () => {
  it.each<[string, Partial<Probe>, Partial<Expected>]>([
    ['an image of the target of which nothing else was asked', {}, {}],
    ['an Erlang of Debian (pc)', { systemArchitecture: 'x86_64-pc-linux-gnu' }, {}],
    ['an Erlang from source (unknown)', { systemArchitecture: 'x86_64-unknown-linux-gnu' }, {}],
    ['an Erlang of Alpine (alpine)', ALPINE, { target: musl }],
    [
      'an Erlang of Alpine from source',
      { ...ALPINE, systemArchitecture: 'x86_64-unknown-linux-musl' },
      { target: musl },
    ],
    ['an Erlang for arm64', { machine: 'aarch64', systemArchitecture: 'aarch64-unknown-linux-gnu' }, { target: arm }],
    ['an old glibc', { libcVersion: '2.17' }, {}],
    ['no Hex, git or compiler', { hex: '', git: '', cc: '' }, {}],
    ['the Elixir that was asked for', {}, { elixir: exactly('1.18.3') }],
    ['the OTP that was asked for', {}, { otp: exactly('27.3.4.1') }],
    ['its system by code name', {}, system('debian', 'trixie')],
    ['its system by number', {}, system('debian', '13')],
    ['Ubuntu by code name', NOBLE, system('ubuntu', 'noble')],
    ['Ubuntu by number', NOBLE, system('ubuntu', '24.04')],
    ['Ubuntu that names itself by number only', { ...NOBLE, osCodename: '' }, system('ubuntu', 'noble')],
    ['a system that has no number yet', TESTING, system('debian', 'forky')],
    ['a system that no table has, by code name', { os: 'debian 15', osCodename: 'duke' }, system('debian', 'duke')],
    ['a system that no table has, by number', { os: 'ubuntu 31.04', osCodename: '' }, system('ubuntu', '31.04')],
    ['any patch of an Alpine', ALPINE, { target: musl, ...system('alpine', '3.22') }],
    ['an Alpine without a patch', { ...ALPINE, os: 'alpine 3.22' }, { target: musl, ...system('alpine', '3.22') }],
    ['a glibc as high as allowed', {}, { glibc: '2.41' }],
    ['a lower glibc', { libcVersion: '2.9' }, { glibc: '2.31' }],
  ])('lets pass %s', (_, found, expected) => {
    expect(() => check(found, expected)).not.toThrow();
  });

  it.each<[string, Partial<Probe>, Partial<Expected>, string, string]>([
    ['another Elixir', {}, { elixir: exactly('1.18.4') }, 'version 1.18.4 (from an input)', 'has Elixir 1.18.3'],
    ['another OTP', {}, { otp: exactly('27.3.4') }, 'version 27.3.4 (from an input)', 'has OTP 27.3.4.1'],
    ['an older system', {}, system('debian', 'bookworm'), 'debian:bookworm', 'is debian 13 trixie'],
    ['a newer system', NOBLE, system('ubuntu', 'resolute'), 'ubuntu:resolute', 'is ubuntu 24.04 noble'],
    ['another system', {}, system('ubuntu', 'noble'), 'ubuntu:noble', 'is debian 13 trixie'],
    [
      'a system of the same number',
      { os: 'debian 24.04' },
      system('ubuntu', 'noble'),
      'ubuntu:noble',
      'is debian 24.04',
    ],
    ['a system that does not say its number', TESTING, system('debian', 'trixie'), 'debian:trixie', 'is debian forky'],
    ['another Alpine', ALPINE, { target: musl, ...system('alpine', '3.21') }, 'alpine:3.21', 'is alpine 3.22.1'],
    [
      'an Alpine that begins alike',
      ALPINE,
      { target: musl, ...system('alpine', '3.2') },
      'alpine:3.2',
      'is alpine 3.22',
    ],
    ['no system', { os: '', osCodename: '' }, system('debian', 'trixie'), 'debian:trixie', 'image team/elixir:1 is'],
    ['a higher glibc', {}, { glibc: '2.36' }, 'glibc 2.36 at most', 'has glibc 2.41'],
    ['a glibc that is higher by number', { libcVersion: '2.36' }, { glibc: '2.4' }, 'glibc 2.4 at most', 'glibc 2.36'],
  ])('refuses %s', async (_, found, expected, requested, is) => {
    const error = await errorOf(() => check(found, expected));
    expect(error).toMatchObject({ code: 'image-mismatch', exitStatus: 4 });
    expect(error.message).toContain(`requested: ${requested}; image team/elixir:1 `);
    expect(error.message).toContain(is);
    expect(error.next).toContain('leave image out');
  });

  it('looks at the target before everything else', async () => {
    const wrong = {
      target: musl,
      elixir: exactly('1'),
      otp: exactly('1'),
      glibc: '2.1',
      ...system('debian', 'buster'),
    };
    expect((await errorOf(() => check({}, wrong))).message).toContain(musl.triple);
  });
});

describe('requireTarget', () => {
  it.each<[string, Partial<Probe>, string]>([
    [
      'another machine',
      { machine: 'aarch64', systemArchitecture: 'aarch64-unknown-linux-gnu' },
      'aarch64 with glibc 2.41 (Erlang reports aarch64-unknown-linux-gnu)',
    ],
    ['another libc', ALPINE, 'x86_64 with musl 1.2.5'],
    ['a libc that is not known', { libc: 'unknown', libcVersion: '' }, 'is x86_64 with unknown (Erlang'],
    ['an Erlang for another machine', { systemArchitecture: 'i686-pc-linux-gnu' }, 'Erlang reports i686-pc-linux-gnu'],
    ['a kernel for another machine', { machine: 'i686' }, 'is i686 with glibc'],
    ['nothing', { machine: '', libc: '', libcVersion: '', systemArchitecture: '' }, 'Erlang reports'],
  ])('refuses %s, whatever else fits', async (_, found, says) => {
    const error = await errorOf(() => requireTarget({ ...PROBE, ...found }, gnu, 'team/elixir:1'));
    expect(error).toMatchObject({ code: 'image-mismatch', exitStatus: 4 });
    expect(error.message).toContain('target x86_64-unknown-linux-gnu needs x86_64 with glibc,');
    expect(error.message).toContain('image team/elixir:1 is');
    expect(error.message).toContain(says);
    expect(error.next).toContain('linux/amd64 with glibc');
  });
});
