import { describe, expect, it } from '@jest/globals';
import { PROBE } from '../../../test/unit/support/probe.js';
import { findTarget } from '../../targets/find.js';
import { probeOfTarget } from './probe.js';

const ARM = findTarget('aarch64-unknown-linux-gnu');
const ARM_MUSL = findTarget('aarch64-unknown-linux-musl');

describe('the probe of a target whose programs do not run here', () => {
  it('has the versions of the builder that compiled, and the machine of the target', () => {
    const probe = probeOfTarget(PROBE, ARM, { os: 'debian', release: 'trixie' });
    expect(probe).toEqual({ ...PROBE, machine: 'aarch64', systemArchitecture: ARM.triple });
  });

  it('has the system and the C library of its own image, where that is another', () => {
    expect(probeOfTarget(PROBE, ARM, { os: 'debian', release: 'bookworm' })).toMatchObject({
      ...{ os: 'debian 12', osCodename: 'bookworm', libc: 'glibc', libcVersion: '2.36', otp: PROBE.otp },
    });
    expect(probeOfTarget(PROBE, ARM_MUSL, { os: 'alpine', release: '3.22' })).toMatchObject({
      ...{ os: 'alpine 3.22', libc: 'musl', machine: 'aarch64' },
    });
  });

  it('says nothing of the system of an image that was named, where the C library is another', () => {
    expect(probeOfTarget(PROBE, ARM_MUSL, undefined)).toMatchObject({ os: '', osCodename: '', libcVersion: '' });
    expect(probeOfTarget(PROBE, ARM, undefined)).toMatchObject({ os: PROBE.os, libcVersion: PROBE.libcVersion });
  });
});
