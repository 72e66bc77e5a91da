import { MixReleaseError } from '../errors.js';
import { compareDotted } from '../dotted-numbers.js';
import { findSystemRelease, type System } from '../targets/systems.js';
import type { Target } from '../targets/table.js';
import type { Probe } from './probe.js';

/** A version that an image must have. */
export interface ExpectedVersion {
  /** The version and its source, such as `OTP 27 (from otp-version)`. */
  readonly requested: string;
  readonly matches: (version: string) => boolean;
}

/** What the probe of an image must report. Undefined fields are not checked. */
export interface Expected {
  readonly target: Target;
  readonly elixir: ExpectedVersion | undefined;
  readonly otp: ExpectedVersion | undefined;
  readonly system: { readonly os: System; readonly release: string } | undefined;
  /** The highest glibc. */
  readonly glibc: string | undefined;
}

/**
 * Compares the probe of an image with the request. Of `system_architecture` only the machine counts, because vendors
 * differ.
 *
 * @throws MixReleaseError `image-mismatch` with the request and what the image has
 */
export function requireExpected(found: Probe, expected: Expected, image: string): void {
  const { target, elixir, otp, glibc } = expected;
  requireTarget(found, target, image);
  if (elixir && !elixir.matches(found.elixir)) throw mismatch(elixir.requested, image, `has Elixir ${found.elixir}`);
  if (otp && !otp.matches(found.otp)) throw mismatch(otp.requested, image, `has OTP ${found.otp}`);
  requireSystem(found, expected, image);
  if (glibc !== undefined && compareDotted(found.libcVersion, glibc) > 0) {
    throw mismatch(`glibc ${glibc} at most`, image, `has glibc ${found.libcVersion}`);
  }
}

/**
 * Checks what determines the ABI: machine and libc.
 *
 * @throws MixReleaseError `image-mismatch`
 */
export function requireTarget(found: Probe, target: Target, image: string): void {
  const erlangMachine = found.systemArchitecture.split('-')[0] ?? '';
  const machineFits = found.machine === target.machine && erlangMachine === target.machine;
  if (machineFits && found.libc === target.libc) return;
  const actual = `${found.machine} with ${found.libc} ${found.libcVersion}`.trim();
  throw new MixReleaseError('image-mismatch', {
    what: `target ${target.triple} needs ${target.machine} with ${target.libc}, but image ${image} is ${actual} (Erlang reports ${found.systemArchitecture})`,
    next: `Name an image of ${target.platform} with ${target.libc}, or leave image out.`,
  });
}

function requireSystem(found: Probe, { system }: Expected, image: string): void {
  if (!system) return;
  const [os = '', version = ''] = found.os.split(' ');
  const known = findSystemRelease(system.os, system.release)?.version ?? system.release;
  const sameVersion = version === known || version.startsWith(`${known}.`);
  if (os === system.os && (sameVersion || found.osCodename === system.release)) return;
  throw mismatch(`${system.os}:${system.release}`, image, `is ${found.os} ${found.osCodename}`.trim());
}

function mismatch(requested: string, image: string, actual: string): MixReleaseError {
  return new MixReleaseError('image-mismatch', {
    what: `requested: ${requested}; image ${image} ${actual}`,
    next: 'Request what the image has, or name another image; leave image out to choose one by versions and system.',
  });
}
