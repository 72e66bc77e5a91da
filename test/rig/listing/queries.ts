import {
  ANY_VERSION,
  type ImageQuery,
  type VersionOrder,
  type VersionConstraint,
} from '../../../src/registry/choose.js';
import { HEXPM_SYSTEMS } from '../../../src/registry/hexpm-tags.js';

/** `1.18.4` asks for that version, `1.18.x` for any of its series but pre-releases, `*` for any at all. */
function constraintOf(requested: string): VersionConstraint {
  if (requested === '*') return { requested: ANY_VERSION, prefix: '', matches: (version) => !version.includes('-') };
  if (!requested.endsWith('.x')) return { requested, prefix: requested, matches: (version) => version === requested };
  const prefix = requested.slice(0, -1);
  return { requested, prefix, matches: (version) => version.startsWith(prefix) && !version.includes('-') };
}

/** A query as text: `1.18.4 28.1 debian:bookworm,ubuntu:jammy arm64 full`. */
export function imageQueryOf(words: string): ImageQuery {
  const [elixir = '', otp = '', systems = '', arch = '', kind = 'slim'] = words.split(' ');
  return {
    elixir: constraintOf(elixir),
    otp: constraintOf(otp),
    systems: systems.split(',').map((system) => {
      const [name, release] = system.split(':');
      const os = HEXPM_SYSTEMS.find((each) => each === name);
      if (os === undefined || release === undefined) throw new Error(`no system '${system}' in '${words}'`);
      return { os, release };
    }),
    platform: `linux/${arch}`,
    architecture: arch,
    slim: kind === 'slim',
  };
}

export const versionOrder: VersionOrder = { elixir: compare, otp: compare };

function compare(left: string, right: string): number {
  const collator = new Intl.Collator('en', { numeric: true });
  const [one, other] = [left.replace(/-.*/, ''), right.replace(/-.*/, '')];
  return collator.compare(one, other) || Number(right.includes('-')) - Number(left.includes('-'));
}
