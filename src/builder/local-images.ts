import type { Engine } from '../engine/engine.js';
import { HEXPM_REPOSITORY, type ListedTag } from '../registry/candidates.js';
import { parseTag } from '../registry/hexpm-tags.js';

const DOCKER_HUB = 'docker.io/';

/** Podman's name for an image that was loaded and not pulled. */
const PODMAN_REPOSITORY = `localhost/${HEXPM_REPOSITORY}`;

/** A tag of hexpm/elixir in the engine. */
export interface LocalTag extends ListedTag {
  /** Its name in the engine. */
  readonly reference: string;
}

/**
 * The hexpm/elixir images in the engine, under their own name, that of their platform (such as hexpm/elixir-arm64, for
 * engines that keep one platform of a name), a mirror's name, and the name that Podman gives to loaded images.
 *
 * @param registry - host, or host and path, of the mirror
 * @param platform - `os/arch`, for images with several
 */
export async function tagsInEngine(
  engine: Engine,
  registry: string | undefined,
  platform: string,
): Promise<readonly LocalTag[]> {
  const mirrors = registry === undefined ? [] : [`${registry}/${HEXPM_REPOSITORY}`];
  const ofPlatform = `${HEXPM_REPOSITORY}-${platform.slice(platform.indexOf('/') + 1)}`;
  const found = await Promise.all(
    [HEXPM_REPOSITORY, ofPlatform, ...mirrors, PODMAN_REPOSITORY].map((repository) =>
      tagsOf(engine, repository, platform),
    ),
  );
  return found.flat();
}

/** One repository a request: of several, Docker lists images with any of the names, and Podman 4.3 those with all. */
async function tagsOf({ images }: Engine, repository: string, platform: string): Promise<readonly LocalTag[]> {
  const found = await images.list({ reference: repository, platform });
  const tagged = found.flatMap(({ id, names }) =>
    names.flatMap((name) => {
      // Podman's names include the registry; Docker omits its own.
      const reference = name.startsWith(DOCKER_HUB) ? name.slice(DOCKER_HUB.length) : name;
      const colon = reference.lastIndexOf(':');
      const tag = reference.slice(colon + 1);
      const parts = parseTag(tag);
      return parts && reference.slice(0, colon) === repository ? [{ id, reference, tag, parts }] : [];
    }),
  );
  const tags = tagged.map(async ({ id, ...tag }) => {
    const image = await images.inspect(id, platform);
    // Undefined where the image was removed after the listing.
    return image ? [{ ...tag, architectures: [image.platform.slice(image.platform.indexOf('/') + 1)] }] : [];
  });
  return (await Promise.all(tags)).flat();
}
