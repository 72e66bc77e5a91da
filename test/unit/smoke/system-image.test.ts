import { describe, expect, it } from '@jest/globals';
import { systemImage } from '../../../src/smoke/system-image.js';
import { findTarget } from '../../../src/targets/find.js';

const amd64 = findTarget('x86_64-unknown-linux-gnu');
const arm64 = findTarget('aarch64-unknown-linux-gnu');

describe('systemImage', () => {
  it.each([
    ['debian 12', 'bookworm', 'debian:bookworm-slim'],
    ['debian 13', 'trixie', 'debian:trixie-slim'],
    ['debian', 'forky', 'debian:forky-slim'],
    ['ubuntu 24.04', 'noble', 'ubuntu:noble'],
    ['alpine 3.22.1', '', 'alpine:3.22'],
    ['fedora 42', '', 'fedora:42'],
    ['almalinux 9.6', '', 'almalinux:9.6'],
    ['rocky 9.6', '', 'rockylinux/rockylinux:9.6'],
    ['amzn 2023', '', 'amazonlinux:2023'],
  ])('of %s (%s) is %s', (os, osCodename, reference) => {
    expect(systemImage({ os, osCodename }, amd64, false, undefined)?.reference).toBe(reference);
  });

  it.each([
    ['nixos 25.05', ''],
    ['debian', ''],
    ['', ''],
  ])('of %j is unknown', (os, osCodename) => {
    expect(systemImage({ os, osCodename }, amd64, false, undefined)).toBeUndefined();
  });

  it('under emulation comes from the repository of its platform', () => {
    const trixie = { os: 'debian 13', osCodename: 'trixie' };
    expect(systemImage(trixie, arm64, true, undefined)?.reference).toBe('arm64v8/debian:trixie-slim');
    expect(systemImage(trixie, amd64, true, undefined)?.reference).toBe('amd64/debian:trixie-slim');
    expect(systemImage(trixie, arm64, false, undefined)?.reference).toBe('debian:trixie-slim');
  });

  it('comes from a registry by its whole path', () => {
    const image = systemImage({ os: 'alpine 3.22.1', osCodename: '' }, amd64, false, 'mirror.example:5000/hub');
    expect(image).toEqual({ reference: 'mirror.example:5000/hub/library/alpine:3.22', family: 'alpine' });
  });
});
