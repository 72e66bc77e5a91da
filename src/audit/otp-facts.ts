import type { Source } from './elf/source.js';
import { piecesOf } from './search-bytes.js';
import { textOf, type ReleaseFile } from './release-file.js';

/** An application of OTP in a release. */
export interface OtpApplication {
  readonly name: 'kernel' | 'stdlib';
  readonly version: string;
  /** The lowest ERTS that it says it runs on. */
  readonly leastErts: string | undefined;
}

/** What a release says of its Erlang, in several places that ought to agree. */
export interface OtpFacts {
  /** The emulator, and what is written in it; versions are undefined where nothing was found. */
  readonly emulator:
    { readonly path: string; readonly otp: string | undefined; readonly erts: string | undefined } | undefined;
  /** The version of the runtime that the start scripts look for. */
  readonly startErl: string | undefined;
  /** Versions in the names of the directories `erts-…`. */
  readonly ertsDirectories: readonly string[];
  readonly applications: readonly OtpApplication[];
}

/**
 * The versions in what `erlang:system_info(system_version)` answers, which is a text in the emulator:
 * `Erlang/OTP 27%s [erts-15.2.7] …`.
 */
export function emulatorVersion(content: Source): { otp: string | undefined; erts: string | undefined } {
  for (const piece of piecesOf(content)) {
    const [, otp, erts] = /Erlang\/OTP (\d+)[^[\0]{0,40}\[erts-([\d.]+)/.exec(piece) ?? [];
    if (otp !== undefined) return { otp, erts };
  }
  return { otp: undefined, erts: undefined };
}

/** Reads the resource file of an application of OTP; undefined for any other file. */
export function versionOfApplication(file: ReleaseFile): OtpApplication | undefined {
  const [, name, version] = /^lib\/(kernel|stdlib)-([\d.]+)\/ebin\/\1\.app$/.exec(file.path) ?? [];
  if (version === undefined) return undefined;
  const [, leastErts] = /"erts-([\d.]+)"/.exec(textOf(file)) ?? [];
  return { name: name === 'kernel' ? name : 'stdlib', version, leastErts };
}

/**
 * The OTP that an ERTS belongs to, by the first of its numbers.
 *
 * Source: `otp_versions.table` of erlang/otp.
 */
const OTP_OF_ERTS: Readonly<Record<string, string>> = {
  '10': '21 or 22',
  '11': '23',
  '12': '24',
  '13': '25',
  '14': '26',
  '15': '27',
  '16': '28',
  '17': '29',
};

/** The OTP that a stdlib belongs to; of 3, by the second number too. From the same table. */
export function otpOfStdlib(version: string): string | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major === 3) return minor >= 15 ? '24' : minor >= 13 ? '23' : '21 or 22';
  return major >= 4 && major <= 8 ? String(major + 21) : undefined;
}

/** @returns undefined for one that is not known yet */
export function otpOfErts(version: string): string | undefined {
  return OTP_OF_ERTS[version.split('.')[0] ?? ''];
}
