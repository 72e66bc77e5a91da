import { ANY_VERSION, type ImageWish, type VersionOrder, type VersionWish } from '../../../src/registry/choose.js';
import { HEXPM_SYSTEMS } from '../../../src/registry/hexpm-tags.js';

/** `1.18.4` asks for that version, `1.18.x` for any of its series but pre-releases, `*` for any at all. */
export function versionWish(asked: string): VersionWish {
  if (asked === '*') return { asked: ANY_VERSION, prefix: '', matches: (version) => !version.includes('-') };
  if (!asked.endsWith('.x')) return { asked, prefix: asked, matches: (version) => version === asked };
  const prefix = asked.slice(0, -1);
  return { asked, prefix, matches: (version) => version.startsWith(prefix) && !version.includes('-') };
}

/** A wish in words: `1.18.4 28.1 debian:bookworm,ubuntu:jammy arm64 full`. */
export function imageWish(words: string): ImageWish {
  const [elixir = '', otp = '', systems = '', arch = '', kind = 'slim'] = words.split(' ');
  return {
    elixir: versionWish(elixir),
    otp: versionWish(otp),
    systems: systems.split(',').map((system) => {
      const [name, release] = system.split(':');
      const os = HEXPM_SYSTEMS.find((each) => each === name);
      if (os === undefined || release === undefined) throw new Error(`no system '${system}' in '${words}'`);
      return { os, release };
    }),
    arch,
    slim: kind === 'slim',
  };
}

export const versionOrder: VersionOrder = { elixir: compare, otp: compare };

function compare(left: string, right: string): number {
  const collator = new Intl.Collator('en', { numeric: true });
  const [one, other] = [left.replace(/-.*/, ''), right.replace(/-.*/, '')];
  return collator.compare(one, other) || Number(right.includes('-')) - Number(left.includes('-'));
}
