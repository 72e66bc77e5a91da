import { describe, expect, it } from '@jest/globals';
import { factsPath, factsText, needsOf, parseFacts } from '../../../src/distribution/facts.js';
import { factsWith } from './support.js';

describe('facts beside a tarball', () => {
  it('lie under the name of the tarball', () => {
    expect(factsPath('/out/hello-1.0.0-x.tar.gz')).toBe('/out/hello-1.0.0-x.json');
  });

  it('are read as they were written', () => {
    const facts = factsWith({ libraries: ['libssl.so.3'] });
    expect(parseFacts(factsText(facts))).toEqual(facts);
  });

  it.each([
    ['{', /^it is not JSON/],
    ['[]', /no JSON object/],
    [factsText({ ...factsWith(), schema: 2 as 1 }), /schema is 2/],
    [factsText(factsWith({ otp: '' })), /no text for otp/],
    [factsText(factsWith({ sha256: 'ABC' })), /sha256/],
    [factsText(factsWith({ size: 1.5 })), /size/],
    [factsText(factsWith({ libc: 'musl' })), /libc, glibc/],
    [factsText(factsWith({ glibc: '2' })), /libc, glibc/],
    [factsText(factsWith({ libraries: ['a b'] })), /libc, glibc/],
  ])('are refused when they cannot be used: %s', (text, why) => {
    expect(parseFacts(text)).toMatch(why);
  });
});

describe('what a release needs', () => {
  const glibc = { libc: 'glibc', libcVersion: '2.41' };
  const requirements = { libraries: ['libssl.so.3'], debian: ['libssl3'], ubuntu: ['libssl3'], rhel: [], alpine: [] };

  it('is the glibc of its builder where nobody looked closer', () => {
    expect(needsOf(glibc, undefined)).toMatchObject({ libc: 'glibc', glibc: '2.41', libraries: [] });
  });

  it('is what the audit found', () => {
    expect(needsOf(glibc, { floor: { glibc: '2.34' }, requirements })).toEqual({
      libc: 'glibc',
      glibc: '2.34',
      libraries: ['libssl.so.3'],
      packages: { debian: ['libssl3'], ubuntu: ['libssl3'], rhel: [], alpine: [] },
    });
  });

  it('is no glibc for musl', () => {
    expect(needsOf({ libc: 'musl', libcVersion: '1.2.5' }, undefined)).toMatchObject({ libc: 'musl', glibc: null });
  });
});
