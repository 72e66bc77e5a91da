import { describe, expect, it } from '@jest/globals';
import { outputsOf } from '../../../src/action/outputs.js';
import type { BuiltRelease, PublishedArtifact } from '../../../src/pipeline/result.js';
import { PROBE } from '../support/probe.js';
import { AUDIT } from '../support/release.js';

const PACKAGES =
  '{"debian":["libssl3","libtinfo6"],"ubuntu":["libssl3","libtinfo6"],"rhel":["ncurses-libs","openssl-libs"],"alpine":[]}';

function release(name: string): BuiltRelease {
  return {
    name,
    version: `${name} version`,
    target: 'x86_64-unknown-linux-gnu',
    tarball: `/out/${name}.tar.gz`,
    sha256: `${name} sha`,
    size: 1,
    directory: `/out/${name}`,
    otp: '27.3.4.1',
    elixir: '1.18.3',
    erts: '15.2.7',
    image: 'elixir:1.18',
    imageDigest: 'sha256:abc',
    probe: PROBE,
    audit: AUDIT,
    auditReport: `/out/${name}.audit.json`,
    smoke: undefined,
    seconds: {},
  };
}

function artifact(id: number): PublishedArtifact {
  return {
    name: `artifact-${String(id)}`,
    id,
    url: `https://github.example/${String(id)}`,
    digest: `digest-${String(id)}`,
  };
}

const builder = {
  'otp-version': '27.3.4.1',
  'elixir-version': '1.18.3',
  'erts-version': '15.2.7',
  target: 'x86_64-unknown-linux-gnu',
  image: 'elixir:1.18',
  'image-digest': 'sha256:abc',
  libc: 'glibc 2.41',
  probe: JSON.stringify(PROBE),
  smoke: '',
  'cache-hit': '',
  'error-code': '',
};

describe('outputsOf', () => {
  it('of one release and its artifact', () => {
    expect(outputsOf({ releases: [release('web')], artifacts: [artifact(7)] })).toEqual({
      tarball: '/out/web.tar.gz',
      sha256: 'web sha',
      'artifact-id': '7',
      'artifact-url': 'https://github.example/7',
      'artifact-digest': 'digest-7',
      'release-name': 'web',
      'release-version': 'web version',
      'glibc-floor': '2.34',
      'runtime-libraries': 'libcrypto.so.3 libtinfo.so.6',
      'runtime-packages': PACKAGES,
      'audit-report': '/out/web.audit.json',
      ...builder,
    });
  });

  it('of several releases has one line for each, in their order', () => {
    const outputs = outputsOf({ releases: [release('web'), release('api')], artifacts: [artifact(7), artifact(8)] });
    expect(outputs).toEqual({
      tarball: '/out/web.tar.gz\n/out/api.tar.gz',
      sha256: 'web sha\napi sha',
      'artifact-id': '7\n8',
      'artifact-url': 'https://github.example/7\nhttps://github.example/8',
      'artifact-digest': 'digest-7\ndigest-8',
      'release-name': 'web\napi',
      'release-version': 'web version\napi version',
      'glibc-floor': '2.34\n2.34',
      'runtime-libraries': 'libcrypto.so.3 libtinfo.so.6\nlibcrypto.so.3 libtinfo.so.6',
      'runtime-packages': `${PACKAGES}\n${PACKAGES}`,
      'audit-report': '/out/web.audit.json\n/out/api.audit.json',
      ...builder,
    });
  });

  it.each([
    [{}, 'glibc 2.41'],
    [{ libc: 'musl', libcVersion: '1.2.5' }, 'musl 1.2.5'],
  ])('with a builder that says %j has libc %s, and the whole probe on one line', (change, libc) => {
    const probe = { ...PROBE, ...change };
    const outputs = outputsOf({ releases: [{ ...release('web'), probe }, release('api')], artifacts: [] });
    expect(outputs.libc).toBe(libc);
    expect(outputs.probe).toMatch(/^\{.*\}$/);
    expect(JSON.parse(outputs.probe ?? '')).toEqual(probe);
  });

  it('has empty lines for no artifact', () => {
    expect(outputsOf({ releases: [release('web')], artifacts: [] })).toMatchObject({
      'artifact-id': '',
      'artifact-url': '',
      'artifact-digest': '',
      'release-name': 'web',
    });
  });

  it('has empty lines where no audit was made', () => {
    const off = { ...release('web'), audit: null, auditReport: null };
    expect(outputsOf({ releases: [off], artifacts: [] })).toMatchObject({
      'glibc-floor': '',
      'runtime-libraries': '',
      'runtime-packages': '',
      'audit-report': '',
    });
  });

  it('of nothing is empty throughout', () => {
    expect(new Set(Object.values(outputsOf({ releases: [], artifacts: [] })))).toEqual(new Set(['']));
  });
});
