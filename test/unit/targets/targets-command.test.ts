import { describe, expect, it } from '@jest/globals';
import { targetsText } from '../../../src/cli/targets-command.js';
import { findTarget } from '../../../src/targets/find.js';
import { SYSTEM_RELEASES } from '../../../src/targets/systems.js';
import { TARGETS } from '../../../src/targets/table.js';

interface Report {
  readonly targets: readonly { readonly triple: string; readonly aliases: readonly string[] }[];
  readonly systems: readonly unknown[];
}

const report = (): Report => JSON.parse(targetsText(true)) as Report;

describe('targetsText, as JSON', () => {
  it('is one line', () => {
    expect(targetsText(true)).toMatch(/^\{.*\}\n$/);
  });

  it('says everything about a target', () => {
    expect(report().targets.find(({ triple }) => triple === 'aarch64-unknown-linux-musl')).toEqual({
      triple: 'aarch64-unknown-linux-musl',
      aliases: [
        'linux-aarch64-musl',
        'linux-arm64-musl',
        'aarch64-musl',
        'arm64-musl',
        'aarch64-linux-musl',
        'arm64-linux-musl',
        'arm64-unknown-linux-musl',
      ],
      platform: 'linux/arm64',
      machine: 'aarch64',
      libc: 'musl',
      loader: '/lib/ld-musl-aarch64.so.1',
      defaultSystem: { os: 'alpine', release: '3.22', libcVersion: '1.2.5' },
      systems: ['alpine'],
      packageManager: 'apk',
      runner: 'ubuntu-24.04-arm',
    });
  });

  it('has every target, with aliases that lead to it', () => {
    const { targets } = report();
    expect(targets.map(({ triple }) => triple)).toEqual(TARGETS.map(({ triple }) => triple));
    for (const { triple, aliases } of targets) {
      expect(aliases.length).toBeGreaterThan(0);
      for (const alias of aliases) expect(findTarget(alias).triple).toBe(triple);
    }
  });

  it('has the table of systems', () => {
    expect(report().systems).toEqual(SYSTEM_RELEASES);
  });
});

describe('targetsText, to read', () => {
  const [targets = '', systems = ''] = targetsText(false).split('\n\n');

  it('begins with the targets, in columns', () => {
    expect(targets.split('\n')).toEqual([
      'TARGET                      PLATFORM     LIBC   DEFAULT SYSTEM          NATIVE RUNNER',
      'x86_64-unknown-linux-gnu    linux/amd64  glibc  debian:bookworm (2.36)  ubuntu-24.04',
      'aarch64-unknown-linux-gnu   linux/arm64  glibc  debian:bookworm (2.36)  ubuntu-24.04-arm',
      'x86_64-unknown-linux-musl   linux/amd64  musl   alpine:3.22 (1.2.5)     ubuntu-24.04',
      'aarch64-unknown-linux-musl  linux/arm64  musl   alpine:3.22 (1.2.5)     ubuntu-24.04-arm',
    ]);
  });

  it('goes on with the systems, one a line', () => {
    const lines = systems.trimEnd().split('\n');
    expect(lines).toHaveLength(SYSTEM_RELEASES.length + 1);
    expect(lines).toEqual(
      expect.arrayContaining([
        'SYSTEM           VERSION  LIBC        NEW IMAGES',
        'debian:bookworm  12       glibc 2.36  yes',
        'ubuntu:focal     20.04    glibc 2.31  no',
        'alpine:3.22      3.22     musl 1.2.5  yes',
      ]),
    );
  });

  it('ends with a line end', () => {
    expect(targetsText(false)).toMatch(/[^\n]\n$/);
  });
});
