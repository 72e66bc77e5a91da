import { compareDotted } from '../../dotted-numbers.js';
import { MixReleaseError } from '../../errors.js';
import type { SystemVersion } from '../../registry/choose.js';
import { SYSTEM_RELEASES, defaultSystem, findSystemRelease, systemsWithin } from '../../targets/systems.js';
import type { BuildRequest } from '../../options/request.js';

/** The systems that will do, the most wanted first, and why. */
export interface ChosenSystems {
  readonly releases: readonly SystemVersion[];
  /** In words that follow the name of one of them. */
  readonly why: string;
}

/** @throws MixReleaseError `bad-option` for a glibc that no system is old enough for */
export function chooseSystems({ target, image }: BuildRequest): ChosenSystems {
  const { os, glibc } = image;
  if (os !== undefined) return { releases: [os], why: 'from os' };
  if (glibc === undefined) {
    const { os: name, release, libc } = defaultSystem(target);
    const reach = 'what is built on it runs on newer ones, too';
    return { releases: [{ os: name, release }], why: libc === 'glibc' ? `the default: ${reach}` : 'the default' };
  }
  const releases = systemsWithin(target, glibc);
  if (releases.length > 0) return { releases, why: `the newest whose glibc is not above ${glibc}` };
  const [oldest] = SYSTEM_RELEASES.filter(({ os: name }) => target.systems.includes(name)).toSorted((a, b) =>
    compareDotted(a.libcVersion, b.libcVersion),
  );
  throw new MixReleaseError('bad-option', {
    what: `glibc is ${glibc}, and no system with images is that old`,
    next: `The oldest is ${oldest?.os ?? ''}:${oldest?.release ?? ''} with glibc ${oldest?.libcVersion ?? ''}; for older machines, build in your own image (image), or for musl, which needs no glibc. In YAML, quote the version: 2.40 without quotes is 2.4.`,
  });
}

/** `debian:bookworm, glibc 2.36`; for a system whose packages have left the mirrors, that too. */
export function describeSystem({ os, release }: SystemVersion): string {
  const known = findSystemRelease(os, release);
  if (!known) return `${os}:${release}`;
  const archived = known.archived ? ', its packages from the archive, without updates' : '';
  return `${os}:${release}, ${known.libc} ${known.libcVersion}${archived}`;
}
