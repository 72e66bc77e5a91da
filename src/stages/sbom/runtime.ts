import type { Probe } from '../../builder/probe.js';
import { fileItem } from './applications.js';
import type { ReleaseContents } from './contents.js';
import type { Item } from './item.js';
import { otpPurl, purlOf } from './purls.js';

const LICENCE = ['Apache-2.0'];
const OTP = 'https://github.com/erlang/otp';

/** The reference of Erlang/OTP, which is in a list in any case. */
export const ERLANG = 'erlang';

/** What is known of the builder's Erlang. */
export type BuilderErlang = Pick<Probe, 'otp' | 'erts'>;

/**
 * Erlang/OTP, and the runtime system with its programs. A release without a runtime takes that of the machine: which one
 * that is, nobody knows yet.
 */
export function runtimeItems({ erts, binaries }: ReleaseContents, builder: BuilderErlang): readonly Item[] {
  const erlang: Item = { ref: ERLANG, type: 'framework', name: 'erlang', licenses: LICENCE, needs: [], links: [vcs] };
  if (erts === undefined) {
    return [{ ...erlang, outside: true, properties: { 'built-with': builder.otp, 'built-with-erts': builder.erts } }];
  }
  const ref = `erts-${erts}`;
  // A project can have a release take another runtime than the one that compiles.
  const otp = erts === builder.erts ? builder.otp : undefined;
  return [
    {
      ...erlang,
      version: otp,
      purl: purlOf('generic', undefined, 'erlang', otp),
      cpe: cpeOf(otp),
      properties: vex(otp),
    },
    {
      ...{ ref, type: 'framework', name: 'erts', version: erts, purl: otpPurl('erts', erts), licenses: LICENCE },
      ...{ links: [vcs], properties: { origin: 'otp' }, needs: [ERLANG] },
      files: binaries.filter(({ path }) => path.startsWith(`${ref}/`)).map((file) => fileItem(file)),
    },
  ];
}

const vcs = { type: 'vcs', url: OTP } as const;

/** As the vulnerability database of NIST names it. */
function cpeOf(otp: string | undefined): string | undefined {
  return otp !== undefined && /^[\d.]+$/.test(otp) ? `cpe:2.3:a:erlang:erlang\\/otp:${otp}:*:*:*:*:*:*:*` : undefined;
}

/** The name that OTP's own VEX statements have for it. */
function vex(otp: string | undefined): Item['properties'] & object {
  return otp === undefined ? {} : { 'vex-product': purlOf('github', 'erlang', 'otp', `OTP-${otp}`) };
}
