import type { AuditReport } from '../../../src/audit/report.js';
import type { BuiltRelease } from '../../../src/pipeline/result.js';
import { PROBE } from './probe.js';

/** What an audit says of a release with one NIF. */
export const AUDIT: AuditReport = {
  version: 1,
  verdict: 'pass',
  target: 'x86_64-unknown-linux-gnu',
  allowedGlibc: '2.36',
  allowedLibraries: [],
  excepted: [],
  floor: { glibc: '2.34' },
  requirements: {
    libraries: ['libcrypto.so.3', 'libtinfo.so.6'],
    debian: ['libssl3', 'libtinfo6'],
    ubuntu: ['libssl3', 'libtinfo6'],
    rhel: ['ncurses-libs', 'openssl-libs'],
    alpine: [],
    data: [],
    derived: {},
  },
  findings: [],
  files: [
    {
      path: 'lib/web-1.2.3/priv/nif.so',
      kind: 'nif',
      machine: 'x86_64',
      libc: 'glibc',
      floor: { glibc: '2.34' },
      needed: ['libc.so.6'],
    },
  ],
};

/** A release that was built well, changed. */
export function releaseWith(changes: Partial<BuiltRelease> = {}): BuiltRelease {
  return {
    name: 'web',
    version: '1.2.3',
    target: 'x86_64-unknown-linux-gnu',
    tarball: '/out/web.tar.gz',
    sha256: 'ab'.repeat(32),
    size: 12_345_678,
    directory: '/out/web',
    otp: '27.3.4.1',
    elixir: '1.18.3',
    erts: '15.2.7',
    image: 'hexpm/elixir:1.18.3',
    method: 'native',
    imageDigest: `sha256:${'cd'.repeat(32)}`,
    probe: PROBE,
    audit: AUDIT,
    auditReport: '/out/web.audit.json',
    sbom: '/out/web.cdx.json',
    smoke: undefined,
    files: [
      { kind: 'directory', path: '/out/web' },
      { kind: 'tarball', path: '/out/web.tar.gz' },
    ],
    seconds: { plan: 0.25, compile: 4, release: 1.5 },
    ...changes,
  };
}
