import type { Probe } from '../../builder/probe.js';
import { findSystemRelease, type System } from '../../targets/systems.js';
import type { Target } from '../../targets/table.js';

/**
 * What the probe would report on the builder of another machine, whose programs do not run here: the versions are those of
 * the builder that compiled, which have to be the same, and the C library is the one of the system.
 *
 * @param system - of the target's image; undefined where nothing tells, for an image that was named
 */
export function probeOfTarget(
  compiled: Probe,
  target: Target,
  system: { readonly os: System; readonly release: string } | undefined,
): Probe {
  const known = system && findSystemRelease(system.os, system.release);
  const isSame =
    known === undefined ? compiled.libc === target.libc : compiled.os.startsWith(`${known.os} ${known.version}`);
  const of = { ...compiled, machine: target.machine, libc: target.libc, systemArchitecture: target.triple };
  if (isSame) return of;
  const os = known === undefined ? '' : `${known.os} ${known.version}`;
  return { ...of, os, osCodename: known?.release ?? '', libcVersion: known?.libcVersion ?? '' };
}
