import { MixReleaseError } from '../errors.js';
import { ANY_VERSION, type ImageQuery } from './choose.js';
import { catchCode } from './catch-code.js';
import { findManifest, type FoundManifest } from './oci.js';
import { parseReference, withRegistry, type ImageReference } from './reference.js';
import { openRepository, type RepositoryOptions } from './repository.js';

const OFFICIAL_REPOSITORY = 'docker.io/library/elixir';

export interface OfficialOptions extends RepositoryOptions {
  /** Registry or mirror prefix to take the image from: `mirror.example:5000/proxy`. */
  readonly registry?: string;
}

/** An official image. Its tag does not tell everything that a query asks for. */
export interface OfficialImage extends FoundManifest {
  /** With its tag and, as `digest`, that of the platform's manifest under the tag now: never that of an index. */
  readonly reference: ImageReference;
}

/**
 * The image of Docker's official `elixir` repository that comes nearest to a query, or undefined where there is none
 * for it. The tag tells neither the patch version of OTP nor the release of the operating system, and both change under
 * it: only the version of Elixir, the major version of OTP, Debian or Alpine, and the architecture are compared. So
 * pull the image by its digest, probe it, and compare the probe with the query.
 *
 * @throws MixReleaseError `bad-option` for an invalid registry, or as `findManifest` does
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
    const found = await catchCode(findManifest(repository, reference, imageQuery.platform), 'image-platform-mismatch');
    if (found && !(found instanceof MixReleaseError)) {
      return { ...found, reference: { ...reference, digest: found.platformDigest } };
    }
  }
  return undefined;
}

/**
 * The candidate tags for a query, the preferred system first: `1.18.3-otp-27-slim`, `1.18-alpine`, `otp-27-slim`.
 * None for Ubuntu, for a text that is not a version, and for a pre-release of OTP: no such images exist.
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

/** The requested version, empty where any will do, and undefined for any other text. */
function versionOf(requested: string, shape: RegExp): string | undefined {
  if (requested === ANY_VERSION) return '';
  return shape.test(requested) ? requested : undefined;
}
