import { MixReleaseError } from '../errors.js';
import { ANY_VERSION, type ImageQuery } from './choose.js';
import { catchCode } from './catch-code.js';
import { manifestIn, type FoundManifest } from './oci.js';
import { parseReference, withRegistry, type ImageReference } from './reference.js';
import { openRepository, type RepositoryOptions } from './repository.js';

const OFFICIAL_REPOSITORY = 'docker.io/library/elixir';

export interface OfficialOptions extends RepositoryOptions {
  /** Registry or mirror prefix to take the image from: `mirror.example:5000/proxy`. */
  readonly registry?: string;
}

/** An official image, of which its tag does not tell all that a wish asks. */
export interface OfficialImage extends FoundManifest {
  /** With its tag and, as `digest`, what the tag stands for now. */
  readonly reference: ImageReference;
}

/**
 * The image of Docker's official `elixir` repository that comes nearest to a wish, or undefined where there is none for
 * it. The tag tells neither the patch version of OTP nor the release of the operating system, and both move under it: of
 * what was wished, only the version of Elixir, the major version of OTP, Debian or Alpine, and the architecture are
 * looked at. So the image has to be taken by its digest and probed, and what the probe says be held against the wish.
 *
 * @throws MixReleaseError `bad-option` for a registry that is none, or as `manifestIn` does
 */
export async function findOfficialImage(
  imageQuery: ImageQuery,
  options: OfficialOptions,
): Promise<OfficialImage | undefined> {
  const official = parseReference(OFFICIAL_REPOSITORY);
  const name = options.registry === undefined ? official : withRegistry(official, options.registry);
  const repository = openRepository(name, options);
  for (const tag of officialTags(imageQuery)) {
    const reference = { ...name, tag };
    const found = await catchCode(
      manifestIn(repository, reference, `linux/${imageQuery.arch}`),
      'image-wrong-platform',
    );
    if (found && !(found instanceof MixReleaseError)) {
      return { ...found, reference: { ...reference, digest: found.digest } };
    }
  }
  return undefined;
}

/**
 * The tags that may do for a wish, the most wanted system first: `1.18.3-otp-27-slim`, `1.18-alpine`, `otp-27-slim`.
 * None for Ubuntu, for what is no version, and for a pre-release of OTP, of which there are no such images.
 *
 * Source: library/elixir in github.com/docker-library/official-images at 37079fb.
 */
export function officialTags({ elixir, otp, systems, slim }: ImageQuery): readonly string[] {
  const version = versionOf(elixir.requested, /^\d+(?:\.\d+)*(?:-rc\.\d+)?$/);
  const release = versionOf(otp.requested, /^\d+(?:\.\d+)*$/);
  if (version === undefined || release === undefined) return [];
  const variants = systems.flatMap(({ os }) => {
    if (os === 'ubuntu') return [];
    if (os === 'alpine') return ['alpine'];
    return slim ? ['slim'] : [''];
  });
  const major = release === '' ? '' : `otp-${release.replace(/\..*/, '')}`;
  const tags = variants.map((variant) => [version, major, variant].filter((part) => part !== '').join('-'));
  return [...new Set(tags)].map((tag) => (tag === '' ? 'latest' : tag));
}

/** A version as it was asked for, empty where any will do, and undefined for any other text. */
function versionOf(requested: string, shape: RegExp): string | undefined {
  if (requested === ANY_VERSION) return '';
  return shape.test(requested) ? requested : undefined;
}
