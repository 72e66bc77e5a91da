import { describe, expect, it } from '@jest/globals';
import { readAuditOfBuild, readAuditRequest } from '../../../../src/options/sections/audit.js';
import { findTarget } from '../../../../src/targets/find.js';
import { errorOf } from '../../support/errors.js';

describe('readAuditOfBuild', () => {
  it.each([
    [undefined, 'error'],
    ['', 'error'],
    ['WARN', 'warn'],
    [' off ', 'off'],
  ])('reads audit %j as %s', (audit, mode) => {
    expect(readAuditOfBuild({ ...(audit === undefined ? {} : { audit }) }).mode).toBe(mode);
  });

  it('reads lists of libraries and of patterns', () => {
    expect(
      readAuditOfBuild({ 'allow-libraries': ['libvips.so.42', 'libstdc++.so.6'], 'audit-except': 'a/*.so\nb/' }),
    ).toEqual({
      mode: 'error',
      allowedLibraries: ['libvips.so.42', 'libstdc++.so.6'],
      except: ['a/*.so', 'b/'],
    });
  });

  it.each([
    [{ audit: 'on' }, "audit is 'on'"],
    [{ 'allow-libraries': 'vips' }, "allow-libraries has 'vips'"],
    [{ 'allow-libraries': 'priv/libvips.so.42' }, "allow-libraries has 'priv/libvips.so.42'"],
  ])('refuses %j', async (raw, what) => {
    const error = await errorOf(() => readAuditOfBuild(raw));
    expect([error.code, error.message]).toEqual(['bad-option', expect.stringContaining(what)]);
  });
});

describe('readAuditRequest', () => {
  it('asks for nothing by itself', () => {
    expect(readAuditRequest({})).toEqual({ target: undefined, glibc: undefined, allowedLibraries: [], except: [] });
  });

  it('reads the target by any of its names', () => {
    const target = findTarget('aarch64-unknown-linux-gnu');
    expect(readAuditRequest({ target: 'linux-arm64-gnu', glibc: '2.31' })).toMatchObject({ target, glibc: '2.31' });
  });

  it('takes a glibc without a target', () => {
    expect(readAuditRequest({ glibc: '2.31' })).toMatchObject({ target: undefined, glibc: '2.31' });
  });

  it.each([
    [{ glibc: '3' }, 'bad-option'],
    [{ glibc: '2.31', target: 'linux-x64-musl' }, 'bad-option'],
    [{ target: 'x' }, 'unknown-target'],
  ])('refuses %j', async (raw, code) => {
    expect((await errorOf(() => readAuditRequest(raw))).code).toBe(code);
  });
});
