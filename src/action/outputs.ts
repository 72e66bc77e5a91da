import * as core from '@actions/core';
import type { AuditReport } from '../audit/report.js';
import type { BuildResult } from '../pipeline/result.js';
import type { ErrorCode } from '../errors.js';

/** Every output of the action, in the order of `action.yml`. Several releases give several lines. */
export function outputsOf({ releases, artifacts, cacheHit }: BuildResult): Readonly<Record<string, string>> {
  const [first] = releases;
  const lines = <T>(items: readonly T[], text: (item: T) => string): string => items.map(text).join('\n');
  return {
    tarball: lines(releases, ({ tarball }) => tarball),
    sha256: lines(releases, ({ sha256 }) => sha256),
    'artifact-id': lines(artifacts, ({ id }) => String(id)),
    'artifact-url': lines(artifacts, ({ url }) => url),
    'artifact-digest': lines(artifacts, ({ digest }) => digest),
    'release-name': lines(releases, ({ name }) => name),
    'release-version': lines(releases, ({ version }) => version),
    'otp-version': first?.otp ?? '',
    'elixir-version': first?.elixir ?? '',
    'erts-version': first?.erts ?? '',
    target: first?.target ?? '',
    image: first?.image ?? '',
    'image-digest': first?.imageDigest ?? '',
    libc: first ? `${first.probe.libc} ${first.probe.libcVersion}` : '',
    probe: first ? JSON.stringify(first.probe) : '',
    'glibc-floor': lines(releases, ({ audit }) => audit?.floor.glibc ?? ''),
    'runtime-libraries': lines(releases, ({ audit }) => audit?.requirements.libraries.join(' ') ?? ''),
    'runtime-packages': lines(releases, ({ audit }) => (audit ? JSON.stringify(packagesOf(audit)) : '')),
    'audit-report': lines(releases, ({ auditReport }) => auditReport ?? ''),
    smoke: releases.flatMap(({ smoke }) => (smoke ? [JSON.stringify(smoke)] : [])).join('\n'),
    'cache-hit': cacheHit === undefined ? '' : String(cacheHit === 'exact'),
    'error-code': '',
  };
}

function packagesOf({ requirements: { debian, ubuntu, rhel, alpine } }: AuditReport) {
  return { debian, ubuntu, rhel, alpine };
}

export function setOutputs(outputs: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(outputs)) core.setOutput(name, value);
}

export function setErrorCode(code: ErrorCode): void {
  core.setOutput('error-code', code);
}
