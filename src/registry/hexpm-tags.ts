import { compareDotted } from '../dotted-numbers.js';

/** Operating systems of hexpm/elixir images. */
export const HEXPM_SYSTEMS = ['debian', 'ubuntu', 'alpine'] as const;
export type HexpmSystem = (typeof HEXPM_SYSTEMS)[number];

/** The parts of a hexpm/elixir tag such as `1.18.3-erlang-27.3.4.3-debian-trixie-20250929-slim`. */
export interface HexpmTag {
  /** `1.18.3` or `1.19.0-rc.0`. */
  readonly elixir: string;
  /** `27.3.4.3` or `28.0-rc1`. */
  readonly otp: string;
  readonly os: HexpmSystem;
  /** `trixie`, `noble`, or Alpine's `3.22`. It determines the C library. */
  readonly osRelease: string;
  /** The build of that release: `20250929`, `20250415.1`, or Alpine's `3.22.1`. */
  readonly osDate: string;
  /** Only Debian has slim images. */
  readonly slim: boolean;
}

// The shapes are those of lib/bob/artifacts/docker_tag_search.ex in hexpm/bob.
const TAG = /^(.+)-erlang-(.+)-(alpine|ubuntu|debian)-(.+)$/;
const VERSION = /^\d+(?:\.\d+)*(?:-[0-9A-Za-z][0-9A-Za-z.-]*)?$/;
const DATED = /^([a-z]+)-(\d{8}(?:\.\d+)?)(-slim)?$/;
const ALPINE = /^(\d+\.\d+)(?:\.\d+)?$/;

/** The parts of a tag, or undefined for one of another shape. */
export function parseTag(tag: string): HexpmTag | undefined {
  const [, elixir = '', otp = '', os = '', osVersion = ''] = TAG.exec(tag) ?? [];
  if (!VERSION.test(elixir) || !VERSION.test(otp)) return undefined;
  if (os === 'alpine') {
    const release = ALPINE.exec(osVersion)?.[1];
    return release === undefined ? undefined : { elixir, otp, os, osRelease: release, osDate: osVersion, slim: false };
  }
  const dated = DATED.exec(osVersion);
  if (!dated || (os !== 'debian' && os !== 'ubuntu')) return undefined;
  const [, osRelease = '', osDate = '', slim] = dated;
  return { elixir, otp, os, osRelease, osDate, slim: slim !== undefined };
}

/**
 * Negative when `left` is the older build. Alpine's `3.22` is older than its `3.22.0`, so a missing number is below
 * 0.
 */
export function compareOsDates(left: string, right: string): number {
  return compareDotted(left, right, -1);
}
