import { MixReleaseError } from '../errors.js';
import { compareDotted } from '../dotted-numbers.js';
import { findSystemRelease, type System } from '../targets/systems.js';
import type { Target } from '../targets/table.js';
import type { Probe } from './probe.js';

/** A version that an image has to have. */
export interface ExpectedVersion {
  /** With where it was asked, such as `OTP 27 (from otp-version)`. */
  readonly requested: string;
  readonly matches: (version: string) => boolean;
}

/** What an image has to be. What is undefined was not asked for. */
export interface Expected {
  readonly target: Target;
  readonly elixir: ExpectedVersion | undefined;
  readonly otp: ExpectedVersion | undefined;
  readonly system: { readonly os: System; readonly release: string } | undefined;
  /** The highest glibc. */
  readonly glibc: string | undefined;
}

/**
 * Holds what an image said of itself against what was asked for. Vendors in `system_architecture` differ; machine and
 * libc decide.
 *
 * @throws MixReleaseError `image-mismatch` that says what was asked and what the image is
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
 * The part of it that decides about the ABI: machine and libc.
 *
 * @throws MixReleaseError `image-mismatch`
 */
export function requireTarget(found: Probe, target: Target, image: string): void {
  const erlangMachine = found.systemArchitecture.split('-')[0] ?? '';
  const machineFits = found.machine === target.machine && erlangMachine === target.machine;
  if (machineFits && found.libc === target.libc) return;
  const is = `${found.machine} with ${found.libc} ${found.libcVersion}`.trim();
  throw new MixReleaseError('image-mismatch', {
    what: `target ${target.triple} asks for ${target.machine} with ${target.libc}, and image ${image} is ${is} (Erlang says ${found.systemArchitecture})`,
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

function mismatch(requested: string, image: string, is: string): MixReleaseError {
  return new MixReleaseError('image-mismatch', {
    what: `requested: ${requested}; image ${image} ${is}`,
    next: 'Ask for what the image has, or name another image; leave image out to have one chosen by versions and system.',
  });
}
