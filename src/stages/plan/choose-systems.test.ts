import { describe, expect, it } from '@jest/globals';
import { chooseSystems, describeSystem } from './choose-systems.js';
import type { SystemVersion } from '../../registry/choose.js';
import { findTarget } from '../../targets/find.js';
import { TARGETS } from '../../targets/table.js';
import { errorOf } from '../../../test/unit/support/errors.js';
import { requestWith } from '../../../test/unit/support/request.js';

const gnu = TARGETS.filter(({ libc }) => libc === 'glibc');

function chosen(triple: string, image: { readonly os?: SystemVersion; readonly glibc?: string } = {}) {
  const { releases, why } = chooseSystems(requestWith({ target: findTarget(triple), image }));
  return { names: releases.map(({ os, release }) => `${os}:${release}`), why };
}

describe('chooseSystems', () => {
  it.each([
    ['x86_64-unknown-linux-gnu', 'debian:bookworm', 'the default: what is built on it runs on newer ones, too'],
    ['aarch64-unknown-linux-gnu', 'debian:bookworm', 'the default: what is built on it runs on newer ones, too'],
    ['x86_64-unknown-linux-musl', 'alpine:3.22', 'the default'],
    ['aarch64-unknown-linux-musl', 'alpine:3.22', 'the default'],
  ])('takes for %s %s, %s', (triple, name, why) => {
    expect(chosen(triple)).toEqual({ names: [name], why });
  });

  it('takes the system that was named, and no other', () => {
    const os = { os: 'ubuntu', release: 'noble' } as const;
    expect(chosen('x86_64-unknown-linux-gnu', { os })).toEqual({ names: ['ubuntu:noble'], why: 'from os' });
  });

  it('takes the system that was named though a glibc was, too', () => {
    const image = { os: { os: 'debian', release: 'bullseye' }, glibc: '2.36' } as const;
    expect(chosen('x86_64-unknown-linux-gnu', image)).toEqual({ names: ['debian:bullseye'], why: 'from os' });
  });

  it.each([
    ['2.31', ['debian:bullseye', 'ubuntu:focal', 'debian:buster', 'ubuntu:bionic']],
    ['2.30', ['debian:buster', 'ubuntu:bionic']],
    ['2.27', ['ubuntu:bionic']],
  ])('takes for glibc %s every system that is not above it, the newest first', (glibc, names) => {
    for (const { triple } of gnu) {
      expect(chosen(triple, { glibc })).toEqual({ names, why: `the newest whose glibc is not above ${glibc}` });
    }
  });

  it.each(['2.26', '2.17', '2.4'])('knows no system with glibc %s, and names the oldest', async (glibc) => {
    const error = await errorOf(() => chosen('x86_64-unknown-linux-gnu', { glibc }));
    expect(error).toMatchObject({ code: 'bad-option', exitStatus: 2 });
    expect(error.message).toContain(`glibc is ${glibc},`);
    expect(error.next).toContain('ubuntu:bionic with glibc 2.27');
  });
});

describe('describeSystem', () => {
  it.each<[SystemVersion, string]>([
    [{ os: 'debian', release: 'bookworm' }, 'debian:bookworm, glibc 2.36'],
    [{ os: 'alpine', release: '3.22' }, 'alpine:3.22, musl 1.2.5'],
    [{ os: 'debian', release: 'buster' }, 'debian:buster, glibc 2.28, its packages from the archive, without updates'],
    [{ os: 'debian', release: 'sid' }, 'debian:sid'],
  ])('of %j is %s', (system, text) => {
    expect(describeSystem(system)).toBe(text);
  });
});
