import type { ImageSystem } from '../../builder/cross/runtime.js';
import type { Probe } from '../../builder/probe.js';
import { SYSTEM_RELEASES } from '../../targets/systems.js';
import type { Target } from '../../targets/table.js';

/**
 * What the probe would report on the image of another machine, whose programs do not run here: the versions are those of
 * the builder that compiled, which are the same, and the system is what the image's files say.
 *
 * @param system - undefined where the image does not say
 */
export function probeOfTarget(compiled: Probe, target: Target, system: ImageSystem | undefined): Probe {
  const { machine, libc, triple } = target;
  const os = system === undefined ? '' : `${system.id} ${system.version}`.trim();
  const isSame = compiled.os === os && compiled.libc === libc;
  return {
    ...compiled,
    ...{ machine, libc, systemArchitecture: triple, os, osCodename: system?.codename ?? '' },
    libcVersion: isSame ? compiled.libcVersion : libcVersionOf(system),
  };
}

/** That of the system's packages; '' for an unknown system. */
function libcVersionOf(system: ImageSystem | undefined): string {
  const known = SYSTEM_RELEASES.find(
    ({ os, release, version }) =>
      os === system?.id && (release === system.codename || `${system.version}.`.startsWith(`${version}.`)),
  );
  return known?.libcVersion ?? '';
}
