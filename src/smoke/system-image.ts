import type { Probe } from '../builder/probe.js';
import { formatReference, parseReference, withRegistry } from '../registry/reference.js';
import type { Target } from '../targets/table.js';

/** What the systems of images are called in their packages' names. */
export type PackageFamily = 'debian' | 'ubuntu' | 'alpine' | 'rhel';

/** A system whose images on Docker Hub have nothing but the system. */
interface System {
  readonly family: PackageFamily;
  /** @param version - `VERSION_ID` of `/etc/os-release`; @param codename - empty where it has none */
  readonly image: (version: string, codename: string) => string;
}

const majorMinor = (version: string): string => version.split('.').slice(0, 2).join('.');

/** By `ID` of `/etc/os-release`. */
const SYSTEMS: Readonly<Record<string, System>> = {
  debian: { family: 'debian', image: (version, codename) => `debian:${codename || version}-slim` },
  ubuntu: { family: 'ubuntu', image: (version, codename) => `ubuntu:${codename || version}` },
  alpine: { family: 'alpine', image: (version) => `alpine:${majorMinor(version)}` },
  fedora: { family: 'rhel', image: (version) => `fedora:${version}` },
  almalinux: { family: 'rhel', image: (version) => `almalinux:${version}` },
  rocky: { family: 'rhel', image: (version) => `rockylinux/rockylinux:${version}` },
  amzn: { family: 'rhel', image: (version) => `amazonlinux:${version}` },
};

/** The repositories of Docker's official images for a single platform, by architecture. */
const ONE_PLATFORM: Readonly<Record<string, string>> = { amd64: 'amd64', arm64: 'arm64v8' };

/** An image with a system and no Erlang. */
export interface SystemImage {
  readonly reference: string;
  readonly family: PackageFamily;
}

/**
 * The image that has the system of a builder, and nothing else.
 *
 * An engine may keep one platform for each tag. So that an emulated one does not take the place of its own, that comes
 * from the repository of its platform, such as `arm64v8/debian`.
 *
 * @param emulated - whether the engine's platform is another than the target's
 * @param registry - registry or mirror prefix, instead of Docker Hub
 * @returns undefined where the system is none that has such images
 */
export function systemImage(
  { os, osCodename }: Pick<Probe, 'os' | 'osCodename'>,
  target: Target,
  emulated: boolean,
  registry: string | undefined,
): SystemImage | undefined {
  const [id = '', version = ''] = os.split(' ');
  const system = SYSTEMS[id];
  if (!system || (version === '' && osCodename === '')) return undefined;
  const name = system.image(version, osCodename);
  const prefix = emulated && !name.includes('/') ? `${ONE_PLATFORM[target.architecture] ?? ''}/` : '';
  const reference = parseReference(`${prefix}${name}`);
  return {
    reference: formatReference(registry === undefined ? reference : withRegistry(reference, registry)),
    family: system.family,
  };
}
