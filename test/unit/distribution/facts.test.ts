import { describe, expect, it } from '@jest/globals';
import type { RuntimeRequirements } from '../../../src/audit/report.js';
import { requirementsFor } from '../../../src/audit/requirements.js';
import { RUNTIME_PACKAGES } from '../../../src/audit/runtime-packages.js';
import { factsPath, factsText, needsOf, parseFacts } from '../../../src/distribution/facts.js';
import { factsWith } from './support.js';

const NONE = { debian: [], ubuntu: [], rhel: [], alpine: [] };

describe('facts beside a tarball', () => {
  it('lie under the name of the tarball', () => {
    expect(factsPath('/out/hello-1.0.0-x.tar.gz')).toBe('/out/hello-1.0.0-x.json');
  });

  it('are read as they were written', () => {
    const facts = factsWith({ libraries: ['libssl.so.3'] });
    expect(parseFacts(factsText(facts))).toEqual(facts);
  });

  it.each(RUNTIME_PACKAGES.map(({ library }) => library))(
    'are read as a build writes them that needs %s',
    (library) => {
      for (const [libc, glibc] of [
        ['glibc', '2.31'],
        ['glibc', '2.41'],
        ['musl', undefined],
      ] as const) {
        const requirements = requirementsFor({ libraries: [library], libc, glibc, data: [], builder: undefined });
        const needs = needsOf(
          { libc, libcVersion: '1.2.5' },
          { floor: glibc === undefined ? {} : { glibc }, requirements },
        );
        const facts = factsWith(needs);
        expect(parseFacts(factsText(facts))).toEqual(facts);
      }
    },
  );

  it('are read with a library of any name, for whoever compiled a file chose it', () => {
    const libraries = ['./libx y.so', '/opt/lib/liba.so.1', 'libB@1.so', '_c.so', 'libgrüße.so', 'lib\u001b[0m.so'];
    expect(parseFacts(factsText(factsWith({ libraries })))).toEqual(factsWith({ libraries }));
  });

  it.each([
    ['{', /^it is not JSON/],
    ['[]', /its schema is missing/],
    ['null', /it is null, and not Object/],
    [factsText({ ...factsWith(), schema: 2 as 1 }), /its schema is 2, and not 1/],
    [factsText(factsWith({ otp: '' })), /its otp is empty/],
    [factsText(factsWith({ sha256: 'ABC' })), /its sha256 is "ABC"/],
    [factsText(factsWith({ size: 1.5 })), /its size is no whole number/],
    [factsText(factsWith({ size: -1 })), /its size is -1/],
    [factsText(factsWith({ libc: 'uclibc' as 'musl' })), /its libc is "uclibc"/],
    [factsText(factsWith({ libc: 'musl' })), /for musl and names a glibc/],
    [factsText(factsWith({ glibc: '2' })), /its glibc is "2"/],
    [factsText(factsWith({ libraries: [''] })), /its libraries.0 is empty/],
    [factsText(factsWith({ data: ['fonts' as 'time-zones'] })), /its data.0 is "fonts"/],
    [factsText(factsWith({ packages: { ...NONE, rhel: ['a b'] } })), /its packages.rhel.0 is "a b"/],
    [factsText(factsWith({ packages: { ...NONE, debian: ['$(id)'] } })), /its packages.debian.0 is/],
    [factsText(factsWith({ packages: undefined as never })), /its packages is missing/],
  ])('are refused when they cannot be used: %s', (text, why) => {
    expect(parseFacts(text)).toMatch(why);
  });
});

describe('what a release needs', () => {
  const glibc = { libc: 'glibc', libcVersion: '2.41' };
  const requirements: RuntimeRequirements = {
    libraries: ['libssl.so.3'],
    debian: ['libssl3'],
    ubuntu: ['libssl3'],
    rhel: [],
    alpine: [],
    data: [
      { kind: 'time-zones', readBy: ['lib/b.beam'] },
      { kind: 'ca-certificates', readBy: ['lib/a.beam'] },
    ],
    derived: {},
  };

  it('is the glibc of its builder where nobody looked closer', () => {
    expect(needsOf(glibc, undefined)).toMatchObject({ libc: 'glibc', glibc: '2.41', libraries: [] });
  });

  it('is what the audit found', () => {
    expect(needsOf(glibc, { floor: { glibc: '2.34' }, requirements })).toEqual({
      libc: 'glibc',
      glibc: '2.34',
      libraries: ['libssl.so.3'],
      data: ['ca-certificates', 'time-zones'],
      packages: { debian: ['libssl3'], ubuntu: ['libssl3'], rhel: [], alpine: [] },
    });
  });

  it('is no glibc for musl', () => {
    expect(needsOf({ libc: 'musl', libcVersion: '1.2.5' }, undefined)).toMatchObject({ libc: 'musl', glibc: null });
  });
});
