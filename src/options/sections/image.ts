import type { PullPolicy } from '../../builder/image.js';
import { MixReleaseError } from '../../errors.js';
import { parseReference, withRegistry, type ImageReference } from '../../registry/reference.js';
import type { SystemVersion } from '../../registry/choose.js';
import { HEXPM_SYSTEMS } from '../../registry/hexpm-tags.js';
import { compareDotted } from '../../dotted-numbers.js';
import { findSystemRelease } from '../../targets/systems.js';
import type { Target } from '../../targets/table.js';
import { readOption } from '../read.js';
import type { OptionName, RawOptions } from '../table.js';

/** Versions as they were typed; what files say comes later. */
export interface VersionRequest {
  readonly elixir: string | undefined;
  readonly otp: string | undefined;
  /** A path relative to the checkout. */
  readonly file: string | undefined;
}

/** What was asked of the base image. */
export interface ImageRequest {
  /** The image that was named; undefined for the one that versions or the target choose. */
  readonly named: string | undefined;
  readonly versions: VersionRequest;
  /** The system that was named, if one was. */
  readonly os: SystemVersion | undefined;
  /** The highest glibc that the release may need, as `major.minor`. */
  readonly glibc: string | undefined;
  /** Registry or mirror prefix for images that are chosen. */
  readonly registry: string | undefined;
  readonly pull: PullPolicy;
  readonly officialImages: boolean;
  /** Whether a base image is made here where none is published. */
  readonly ownBase: boolean;
}

/** @throws MixReleaseError `bad-option` */
export function readImageRequest(raw: RawOptions, target: Target): ImageRequest {
  const os = readOption('os', raw);
  const glibc = readOption('glibc', raw);
  const image = readOption('image', raw);
  const request = {
    named: image === undefined ? undefined : parseImage('image', image),
    versions: {
      elixir: readOption('elixir-version', raw),
      otp: readOption('otp-version', raw),
      file: readOption('version-file', raw),
    },
    os: os === undefined ? undefined : parseOs(os, target),
    glibc: glibc === undefined ? undefined : parseGlibc(glibc, target),
    registry: parseRegistry(readOption('registry', raw)),
    pull: readOption('pull', raw),
    officialImages: readOption('official-images', raw),
    ownBase: readOption('own-base', raw),
  };
  requireFloorAllows(request.os, request.glibc);
  return request;
}

function parseOs(text: string, { triple, systems }: Target): SystemVersion {
  const [, name = '', release = ''] = /^([a-z]+):([a-z]+|\d+(?:\.\d+)?)$/.exec(text) ?? [];
  const os = HEXPM_SYSTEMS.find((system) => system === name);
  // By the name in tags of images: people also write 24.04 for noble.
  if (os !== undefined && systems.includes(os)) {
    return { os, release: findSystemRelease(os, release)?.release ?? release };
  }
  throw new MixReleaseError('bad-option', {
    what: `os is '${text}', and target ${triple} is built on ${systems.join(' or ')}`,
    next: 'It takes a system and its release: debian:bookworm, debian:trixie, ubuntu:noble, or for musl alpine:3.22. For some of several targets, write a line such as *-gnu => debian:trixie.',
  });
}

/** @param target - undefined where it is not known yet */
export function parseGlibc(text: string, target: Target | undefined): string {
  if (target && target.libc !== 'glibc') {
    throw new MixReleaseError('bad-option', {
      what: `glibc is '${text}', and target ${target.triple} has no glibc`,
      next: 'Leave glibc out, or name a target that ends in gnu. For some of several targets, write a line such as *-gnu => 2.31.',
    });
  }
  if (/^2\.\d{1,3}$/.test(text)) return text;
  throw new MixReleaseError('bad-option', {
    what: `glibc is '${text}'`,
    next: 'It takes a version of glibc such as 2.31; `ldd --version` on the machine that will run the release prints its own.',
  });
}

function requireFloorAllows(os: SystemVersion | undefined, glibc: string | undefined): void {
  if (os === undefined || glibc === undefined) return;
  const known = findSystemRelease(os.os, os.release);
  if (known === undefined || compareDotted(known.libcVersion, glibc) <= 0) return;
  throw new MixReleaseError('bad-option', {
    what: `os is ${os.os}:${os.release}, which has glibc ${known.libcVersion}, and glibc asks for ${glibc} at most`,
    next: 'Leave one of the two out: glibc alone chooses the newest system that is not above it.',
  });
}

/** A reference in the grammar of image names: `[registry/]path[:tag][@algorithm:digest]`. */
export function parseImage(option: OptionName, text: string): string {
  referenceOf(option, () => parseReference(text));
  return text;
}

function parseRegistry(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  referenceOf('registry', () => withRegistry({ host: 'docker.io', path: 'hexpm/elixir' }, text));
  return text.replace(/\/+$/, '');
}

/** A reference that an option gives, with the option's name in the error for one that cannot be read. */
export function referenceOf(option: OptionName, read: () => ImageReference): ImageReference {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof MixReleaseError)) throw error;
    throw new MixReleaseError('bad-option', { what: `${option}: ${error.message}`, next: error.next });
  }
}
