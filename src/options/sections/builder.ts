import { stat } from 'node:fs/promises';
import path from 'node:path';
import { MixReleaseError } from '../../errors.js';
import { relativeInside } from '../../paths.js';
import { parseReference } from '../../registry/reference.js';
import { referenceOf } from './image.js';
import { readOption } from '../read.js';
import type { OptionName, RawOptions } from '../table.js';

/** What was asked of the builder image on top of its base. */
export interface BuilderOptions {
  /** Names for the package manager of the base, in the order in which they were given. */
  readonly packages: readonly string[];
  /** Absolute path of the Dockerfile that takes the place of ours. */
  readonly dockerfile: string | undefined;
  /** Repository for builder images, without a tag. */
  readonly repository: string | undefined;
}

/**
 * @param checkout - absolute
 * @throws MixReleaseError `bad-option`
 */
export async function readBuilderOptions(raw: RawOptions, checkout: string): Promise<BuilderOptions> {
  const packages = parsePackages('packages', raw);
  const dockerfile = await fileInCheckout('dockerfile', readOption('dockerfile', raw), checkout);
  if (dockerfile !== undefined && packages.length > 0) {
    throw new MixReleaseError('bad-option', {
      what: 'dockerfile and packages were both given',
      next: 'Install the packages in that Dockerfile, and leave packages out.',
    });
  }
  return {
    packages,
    dockerfile,
    repository: parseRepository(readOption('builder-repository', raw)),
  };
}

/**
 * The absolute path of a file that an option names relative to the checkout.
 *
 * @throws MixReleaseError `bad-option` where it is outside, or no file
 */
export async function fileInCheckout(
  name: OptionName,
  text: string | undefined,
  checkout: string,
): Promise<string | undefined> {
  if (text === undefined) return undefined;
  const file = path.resolve(checkout, text);
  const found = await stat(file).catch(() => undefined);
  if ((relativeInside(checkout, file) ?? '') !== '' && found?.isFile()) return file;
  const why = found === undefined ? 'does not exist' : found.isFile() ? 'lies outside the checkout' : 'is not a file';
  throw new MixReleaseError('bad-option', {
    what: `${name} names ${text}, which ${why}`,
    next: `Give ${name} the path of a file relative to the root of the checkout (${checkout}).`,
  });
}

// What apt and apk take, a version included: `libsqlite3-dev`, `libssl-dev=3.5.1-1`, `libc6:arm64`, `gcc~13`. To apt, a name
// that ends in a hyphen is one to remove. And what packages provide: `so:libpq.so.5` to apk, `libpq.so.5()(64bit)` to dnf.
const PACKAGE = /^[a-z0-9][A-Za-z0-9+._:~=-]*(?<!-)(?:\([A-Za-z0-9._+:-]*\))*$/;

/** @throws MixReleaseError `bad-option` */
export function parsePackages(option: 'packages' | 'runtime-packages', raw: RawOptions): readonly string[] {
  const names = readOption(option, raw);
  const bad = names.find((name) => !PACKAGE.test(name));
  if (bad === undefined) return [...new Set(names)];
  throw new MixReleaseError('bad-option', {
    what: `${option} has '${bad}', which is not the name of a package`,
    next: 'Give names as the package manager of the image knows them, such as libsqlite3-dev; options of the package manager are not accepted.',
  });
}

function parseRepository(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const { tag, digest } = referenceOf('builder-repository', () => parseReference(text));
  if (tag === undefined && digest === undefined) return text;
  throw new MixReleaseError('bad-option', {
    what: `builder-repository is '${text}', which names one image of a repository`,
    next: 'Leave the tag out: builder images are tagged with a hash of their contents.',
  });
}
