import type { Source } from './elf/source.js';
import { textChunksOf } from './search-bytes.js';
import { textOf, type ReleaseFile } from './release-file.js';

/** An application of OTP in a release. */
export interface OtpApplication {
  readonly name: 'kernel' | 'stdlib';
  readonly version: string;
  /** The minimum ERTS version in its resource file. */
  readonly minErts: string | undefined;
}

/** The Erlang versions in a release, from several sources that should agree. */
export interface OtpFacts {
  /** The emulator and the versions in it; undefined where none was found. */
  readonly emulator:
    { readonly path: string; readonly otp: string | undefined; readonly erts: string | undefined } | undefined;
  /** The ERTS version in `releases/start_erl.data`, which the start scripts use. */
  readonly startErl: string | undefined;
  /** Versions in the names of the directories `erts-…`. */
  readonly ertsDirectories: readonly string[];
  readonly applications: readonly OtpApplication[];
}

/**
 * The versions in the string that `erlang:system_info(system_version)` returns, as it is in the emulator:
 * `Erlang/OTP 27%s [erts-15.2.7] …`.
 */
export function emulatorVersion(content: Source): { otp: string | undefined; erts: string | undefined } {
  for (const piece of textChunksOf(content)) {
    const [, otp, erts] = /Erlang\/OTP (\d+)[^[\0]{0,40}\[erts-([\d.]+)/.exec(piece) ?? [];
    if (otp !== undefined) return { otp, erts };
  }
  return { otp: undefined, erts: undefined };
}

/** Reads the resource file of an application of OTP; undefined for any other file. */
export function versionOfApplication(file: ReleaseFile): OtpApplication | undefined {
  const [, name, version] = /^lib\/(kernel|stdlib)-([\d.]+)\/ebin\/\1\.app$/.exec(file.path) ?? [];
  if (version === undefined) return undefined;
  const [, minErts] = /"erts-([\d.]+)"/.exec(textOf(file)) ?? [];
  return { name: name === 'kernel' ? name : 'stdlib', version, minErts };
}

/**
 * The OTP of an ERTS, by its major version.
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

/** The OTP of a stdlib; for major version 3, by the minor version too. From the same table. */
export function otpOfStdlib(version: string): string | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major === 3) return minor >= 15 ? '24' : minor >= 13 ? '23' : '21 or 22';
  return major >= 4 && major <= 8 ? String(major + 21) : undefined;
}

/** @returns undefined for an unknown version */
export function otpOfErts(version: string): string | undefined {
  return OTP_OF_ERTS[version.split('.')[0] ?? ''];
}

/** The application that a file belongs to, by the name of its directory: `lib/NAME-VERSION/`. */
export function applicationOf(path: string): string | undefined {
  const [, application] = /^lib\/([a-z]\w*)(?:-[^/]*)?\//.exec(path) ?? [];
  return application;
}

/**
 * The applications of Erlang/OTP and Elixir, which are compiled elsewhere than in a build.
 *
 * Source: `lib/` of erlang/otp (maint-27) and of elixir-lang/elixir.
 */
const OF_OTP: ReadonlySet<string> = new Set(
  `asn1 common_test compiler crypto debugger dialyzer diameter edoc eldap erl_interface et eunit ftp inets jinterface
  kernel megaco mnesia observer odbc os_mon parsetools public_key reltool runtime_tools sasl snmp ssh ssl stdlib
  syntax_tools tftp tools wx xmerl eex elixir ex_unit iex logger mix`.split(/\s+/),
);

export function isOfOtp(application: string): boolean {
  return OF_OTP.has(application);
}
