import type { Probe } from '../../builder/probe.js';
import { SYSTEM_RELEASES } from '../../targets/systems.js';
import type { Target } from '../../targets/table.js';

/** What `/etc/os-release` of an image says. */
export interface ImageSystem {
  /** Distribution and version, such as `debian 13`. */
  readonly os: string;
  readonly osCodename: string;
}

/**
 * What the probe would report on the builder of another machine, whose programs do not run here: the versions are those of
 * the builder that compiled, which have to be the same, and the C library is the one of the system.
 */
export function probeOfTarget(compiled: Probe, target: Target, system: ImageSystem): Probe {
  const isSame = compiled.os === system.os && compiled.libc === target.libc;
  const [name, version = ''] = system.os.split(' ');
  const known = SYSTEM_RELEASES.find(
    (each) =>
      each.os === name &&
      (each.version === version || version.startsWith(`${each.version}.`) || each.release === system.osCodename),
  );
  return {
    ...compiled,
    ...system,
    machine: target.machine,
    libc: target.libc,
    libcVersion: isSame ? compiled.libcVersion : (known?.libcVersion ?? ''),
    systemArchitecture: target.triple,
  };
}
