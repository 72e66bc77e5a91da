import type { CodeFile } from '../code-file.js';
import { otpOfErts, otpOfStdlib, type OtpFacts } from '../otp-facts.js';
import type { Finding } from '../report.js';
import { compareDotted } from '../../dotted-numbers.js';
import { error } from './finding.js';

/** NIFs and drivers that need emulator functions that this release's emulator lacks. */
export function emulatorFindings(files: readonly CodeFile[], { emulator }: OtpFacts): readonly Finding[] {
  const beam = files.find(({ path }) => path === emulator?.path);
  // A release without ERTS runs on an emulator that is not in the release.
  if (!beam) return [];
  const offered = new Set(files.flatMap((file) => file.offeredEmulatorSymbols));
  return files.flatMap((file) => {
    const missing = file.emulatorSymbols.filter((name) => !offered.has(name));
    const [first] = missing;
    if (first === undefined) return [];
    const others = missing.length > 1 ? ` and ${String(missing.length - 1)} more` : '';
    return [
      error(
        'missing-beam-symbol',
        file.path,
        `it needs the symbol ${first}${others}, which the emulator of this release does not export`,
        "Compile it with this OTP's headers; a precompiled NIF must be for its NIF version or an older one.",
      ),
    ];
  });
}

const ASSEMBLE_AGAIN =
  'Assemble the release again, with ERTS and applications of one OTP; check include_erts in mix.exs.';

/** An ERTS of another OTP than the applications, or in a directory with another version in its name. */
export function ertsFindings(otp: OtpFacts): readonly Finding[] {
  const found = [...misnamedDirectory(otp), ...missingRuntime(otp), ...otherOtp(otp)];
  return found.slice(0, 1).map((message) => error('erts-mismatch', undefined, message, ASSEMBLE_AGAIN));
}

function misnamedDirectory({ emulator }: OtpFacts): readonly string[] {
  const [, named] = /^erts-([^/]+)\//.exec(emulator?.path ?? '') ?? [];
  const erts = emulator?.erts;
  if (erts === undefined || named === undefined || erts === named) return [];
  return [`${emulator?.path ?? ''} is ERTS ${erts}, but its directory is named erts-${named}`];
}

function missingRuntime({ startErl, ertsDirectories }: OtpFacts): readonly string[] {
  if (startErl === undefined || ertsDirectories.length === 0 || ertsDirectories.includes(startErl)) return [];
  return [
    `releases/start_erl.data names ERTS ${startErl}, but the release contains ERTS ${ertsDirectories.join(', ')}`,
  ];
}

function otherOtp({ emulator, startErl, ertsDirectories, applications }: OtpFacts): readonly string[] {
  const erts = emulator?.erts ?? ertsDirectories[0] ?? startErl;
  if (erts === undefined) return [];
  const otp = emulator?.otp ?? otpOfErts(erts);
  return applications.flatMap(({ name, version, minErts }) => {
    const expected = name === 'stdlib' ? otpOfStdlib(version) : undefined;
    if (otp !== undefined && expected !== undefined && !expected.split(' or ').includes(otp) && expected !== otp) {
      return [`ERTS ${erts} is of OTP ${otp}, but ${name} ${version} is of OTP ${expected}`];
    }
    if (minErts !== undefined && compareDotted(erts, minErts) < 0) {
      return [`the release has ERTS ${erts}, but ${name} ${version} needs ERTS ${minErts} or newer`];
    }
    return [];
  });
}
