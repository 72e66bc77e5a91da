import { describe, expect, it } from '@jest/globals';
import { PROBE } from '../support/probe.js';
import { releaseWith } from '../support/release.js';
import { outcomeWith } from '../support/outcome.js';

const PACKAGES =
  '{"debian":["libssl3","libtinfo6"],"ubuntu":["libssl3","libtinfo6"],"rhel":["ncurses-libs","openssl-libs"],"alpine":[]}';
const artifact = (id: number) => ({
  name: 'web',
  id,
  url: `https://example/${String(id)}`,
  digest: `digest-${String(id)}`,
});
const OF_RUN = {
  'otp-version': '27.3.4.1',
  'elixir-version': '1.18.3',
  'erts-version': '15.2.7',
  target: 'x86_64-unknown-linux-gnu',
  image: 'hexpm/elixir:1.18.3',
  'image-digest': `sha256:${'cd'.repeat(32)}`,
  libc: 'glibc 2.41',
  method: 'native',
  probe: JSON.stringify(PROBE),
  smoke: '',
  'cache-hit': '',
};

describe('the outputs of a run', () => {
  it('of one release and its artifact', () => {
    expect(outcomeWith([releaseWith()], { artifacts: [artifact(7)] }).outputs).toEqual({
      tarball: '/out/web.tar.gz',
      sha256: 'ab'.repeat(32),
      'artifact-id': '7',
      'artifact-url': 'https://example/7',
      'artifact-digest': 'digest-7',
      'release-name': 'web',
      'release-version': '1.2.3',
      'glibc-floor': '2.34',
      'runtime-libraries': 'libcrypto.so.3 libtinfo.so.6',
      'runtime-packages': PACKAGES,
      'audit-report': '/out/web.audit.json',
      sbom: '/out/web.cdx.json',
      ...OF_RUN,
    });
  });

  it('of several releases have one line for each, in their order', () => {
    const api = releaseWith({
      name: 'api',
      tarball: '/out/api.tar.gz',
      auditReport: '/out/api.audit.json',
      sbom: '/out/api.cdx.json',
    });
    const { outputs } = outcomeWith([releaseWith(), api], { artifacts: [artifact(7), artifact(8)] });
    expect(outputs).toMatchObject({
      tarball: '/out/web.tar.gz\n/out/api.tar.gz',
      'artifact-id': '7\n8',
      'release-name': 'web\napi',
      'glibc-floor': '2.34\n2.34',
      'runtime-packages': `${PACKAGES}\n${PACKAGES}`,
      'audit-report': '/out/web.audit.json\n/out/api.audit.json',
      sbom: '/out/web.cdx.json\n/out/api.cdx.json',
      ...OF_RUN,
    });
  });

  it('are empty for what was skipped', () => {
    const { outputs } = outcomeWith([releaseWith({ audit: null, auditReport: null, sbom: null })]);
    expect(outputs).toMatchObject({
      'glibc-floor': '',
      'runtime-packages': '',
      'audit-report': '',
      'artifact-id': '',
      sbom: '',
    });
  });
});
