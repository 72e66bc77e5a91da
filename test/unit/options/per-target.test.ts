import { describe, expect, it } from '@jest/globals';
import { rawFor, requireKnownPatterns } from '../../../src/options/per-target.js';
import type { RawOptions } from '../../../src/options/table.js';
import { findTarget } from '../../../src/targets/find.js';
import { errorOf } from '../support/errors.js';

const GNU = findTarget('x86_64-unknown-linux-gnu');
const ARM = findTarget('aarch64-unknown-linux-gnu');
const MUSL = findTarget('x86_64-unknown-linux-musl');

describe('rawFor', () => {
  it.each<RawOptions>([
    {},
    { os: 'debian:trixie', packages: 'a, b\nc', env: 'A=x => y\nB' },
    { os: '', env: ['A=* => 1', 'B= => '], 'smoke-env': 'ARROW==>' },
    // Lines in options that have one value for all targets.
    { 'before-build': 'echo *-musl => x', exclude: '*-gnu => x' },
  ])('leaves %j as it is', (raw) => {
    expect(rawFor(raw, GNU)).toEqual(raw);
  });

  it.each<[RawOptions['os'], string, string, string]>([
    ['*-musl => alpine:3.23', '', '', 'alpine:3.23'],
    ['debian:trixie\n*-musl => alpine:3.23\n', 'debian:trixie', 'debian:trixie', 'alpine:3.23'],
    ['debian:trixie\n*-musl =>', 'debian:trixie', 'debian:trixie', ''],
    ['*-gnu => a:1\r\naarch64-* => a:2\r\n', 'a:1', 'a:2', ''],
    ['aarch64-* => a:2\n*-gnu => a:1\n', 'a:1', 'a:1', ''],
    ['* => a:1\n  linux-ARM64-gnu  =>  a:2  ', 'a:1', 'a:2  ', 'a:1'],
    ['x86_64-unknown-linux-gnu => a:1', 'a:1', '', ''],
    ['x86_64-*-linux-*u* => a:1', 'a:1', '', 'a:1'],
    [['a:0', '*-musl=>a:1', '*linux-musl => a:2'], 'a:0', 'a:0', 'a:2'],
    [['a:0', 'a:1'], 'a:1', 'a:1', 'a:1'],
  ])('of one value %j takes %j, %j and %j', (os = '', ...values) => {
    expect([GNU, ARM, MUSL].map((target) => rawFor({ os }, target).os)).toEqual(values);
  });

  it('leaves several plain values of an option with one for its reader to refuse', () => {
    expect(rawFor({ os: 'a:1\na:2\n*-musl => b' }, GNU).os).toBe('a:1\na:2');
  });

  it('adds to lists', () => {
    const raw = { packages: 'cmake, git\n*-gnu => libsqlite3-dev, zlib1g-dev\n\n*-musl => sqlite-dev' };
    expect(rawFor(raw, GNU).packages).toEqual(['cmake, git', 'libsqlite3-dev, zlib1g-dev']);
    expect(rawFor(raw, MUSL).packages).toEqual(['cmake, git', 'sqlite-dev']);
  });

  it('adds variables, whose values may have an arrow and several lines', () => {
    const raw = { env: ['A=1', 'B=a => b\n*-gnu => c', '*-gnu => C=x => y\n z', 'x86_64-* => D'] };
    expect(rawFor(raw, GNU).env).toEqual(['A=1', 'B=a => b\n*-gnu => c', 'C=x => y\n z', 'D']);
    expect(rawFor(raw, ARM).env).toEqual(['A=1', 'B=a => b\n*-gnu => c', 'C=x => y\n z']);
    expect(rawFor({ 'smoke-env': 'A=1\n*-musl => B=2' }, MUSL)['smoke-env']).toEqual(['A=1', 'B=2']);
    expect(rawFor({ 'smoke-env': 'A= 1\n*-musl => B=2' }, GNU)['smoke-env']).toEqual(['A= 1']);
  });
});

describe('requireKnownPatterns', () => {
  it.each(['* => x', '*-musl => x', 'linux-arm64-musl => x', '*unknown* => x', 'a b => x', 'A=*-x => y'])(
    'takes %j, whatever is built',
    (packages) => {
      requireKnownPatterns({ packages });
    },
  );

  it.each([
    [{ packages: 'a\n*-mussl => x' }, "packages has a value for '*-mussl', which matches no target", "'*-musl'"],
    [{ os: 'aarch-* => x' }, "os has a value for 'aarch-*'", "'aarch64-*'"],
    [{ image: ['linux-arm64 => x'] }, "image has a value for 'linux-arm64'", 'aarch64-unknown-linux-gnu'],
    [{ env: 'X86_64-unknown-linux-gnuu => A=1' }, "env has a value for 'X86_64-unknown", "'x86_64-unknown-linux-gnu'"],
    [{ 'smoke-env': ['*gnu-*musl => A=1'] }, "smoke-env has a value for '*gnu-*musl'", 'triple'],
  ])('refuses %j', async (raw, says, advice) => {
    const error = await errorOf(() => {
      requireKnownPatterns(raw);
    });
    expect(error).toMatchObject({ code: 'bad-option', exitStatus: 2 });
    expect(error.message).toContain(says);
    expect(error.next).toContain(advice);
  });
});
