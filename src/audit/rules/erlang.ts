import type { CodeFile } from '../code-file.js';
import { otpOfErts, otpOfStdlib, type OtpFacts } from '../otp-facts.js';
import type { Finding } from '../report.js';
import { compareSymbolVersions } from '../symbol-versions.js';
import { error } from './finding.js';

/** NIFs and drivers that ask this release's emulator for functions that it does not have. */
export function emulatorFindings(files: readonly CodeFile[], { emulator }: OtpFacts): readonly Finding[] {
  const beam = files.find(({ path }) => path === emulator?.path);
  // A release without a runtime is loaded by one that is not here.
  if (!beam) return [];
  const offered = new Set(files.flatMap((file) => file.offeredEmulatorSymbols));
  return files.flatMap((file) => {
    const missing = file.emulatorSymbols.filter((name) => !offered.has(name));
    const [first] = missing;
    if (first === undefined) return [];
    const more = missing.length > 1 ? ` and ${String(missing.length - 1)} more` : '';
    return [
      error(
        'missing-beam-symbol',
        file.path,
        `it calls ${first}${more}, which the Erlang of this release does not have`,
        'Compile it against the headers of this Erlang; a precompiled NIF has to be one for its NIF version or an older one.',
      ),
    ];
  });
}

const ASSEMBLE_ANEW =
  'Assemble the release anew, with the runtime and the applications of one OTP; check include_erts in mix.exs.';

/** A runtime of another OTP than the applications beside it, and directories whose names say something else. */
export function ertsFindings(otp: OtpFacts): readonly Finding[] {
  const found = [...namedFalsely(otp), ...absentRuntime(otp), ...otherOtp(otp)];
  return found.slice(0, 1).map((message) => error('erts-mismatch', undefined, message, ASSEMBLE_ANEW));
}

function namedFalsely({ emulator }: OtpFacts): readonly string[] {
  const [, named] = /^erts-([^/]+)\//.exec(emulator?.path ?? '') ?? [];
  const erts = emulator?.erts;
  if (erts === undefined || named === undefined || erts === named) return [];
  return [`${emulator?.path ?? ''} is ERTS ${erts}, and its directory says ${named}`];
}

function absentRuntime({ startErl, ertsDirectories }: OtpFacts): readonly string[] {
  if (startErl === undefined || ertsDirectories.length === 0 || ertsDirectories.includes(startErl)) return [];
  return [`the release is to be started with ERTS ${startErl}, and there is ${ertsDirectories.join(', ')}`];
}

function otherOtp({ emulator, startErl, ertsDirectories, applications }: OtpFacts): readonly string[] {
  const erts = emulator?.erts ?? ertsDirectories[0] ?? startErl;
  if (erts === undefined) return [];
  const otp = emulator?.otp ?? otpOfErts(erts);
  return applications.flatMap(({ name, version, leastErts }) => {
    const expected = name === 'stdlib' ? otpOfStdlib(version) : undefined;
    if (otp !== undefined && expected !== undefined && !expected.split(' or ').includes(otp) && expected !== otp) {
      return [`the runtime is ERTS ${erts} of OTP ${otp}, and ${name} ${version} beside it is of OTP ${expected}`];
    }
    if (leastErts !== undefined && compareSymbolVersions(erts, leastErts) < 0) {
      return [`the runtime is ERTS ${erts}, and ${name} ${version} beside it needs ERTS ${leastErts} or newer`];
    }
    return [];
  });
}
