import { describe, expect, it } from '@jest/globals';
import { PROBE } from '../../../test/unit/support/probe.js';
import { findTarget } from '../../targets/find.js';
import { probeOfTarget } from './probe.js';

const ARM = findTarget('aarch64-unknown-linux-gnu');
const ARM_MUSL = findTarget('aarch64-unknown-linux-musl');

describe('the probe of a target whose programs do not run here', () => {
  it('has the versions of the builder that compiled, and the machine of the target', () => {
    const probe = probeOfTarget(PROBE, ARM, { id: 'debian', version: '13', codename: 'trixie' });
    expect(probe).toEqual({ ...PROBE, machine: 'aarch64', systemArchitecture: ARM.triple });
  });

  it.each([
    [ARM, { id: 'debian', version: '12', codename: 'bookworm' }, 'debian 12', '2.36'],
    [ARM, { id: 'debian', version: '', codename: 'forky' }, 'debian', '2.43'],
    [ARM, { id: 'ubuntu', version: '24.04', codename: 'noble' }, 'ubuntu 24.04', '2.39'],
    [ARM_MUSL, { id: 'alpine', version: '3.22.1', codename: '' }, 'alpine 3.22.1', '1.2.5'],
    [ARM, { id: 'fedora', version: '42', codename: '' }, 'fedora 42', ''],
  ])('for %s has the system that the image names, and its C library: %j', (target, system, os, libcVersion) => {
    const { libc } = target;
    expect(probeOfTarget(PROBE, target, system)).toMatchObject({ os, osCodename: system.codename, libc, libcVersion });
  });

  it('says nothing of the system of an image that does not', () => {
    expect(probeOfTarget(PROBE, ARM, undefined)).toMatchObject({ os: '', osCodename: '', libcVersion: '' });
  });
});
