import type { Engine } from '../engine/engine.js';
import { HEXPM_REPOSITORY, type ListedTag } from '../registry/candidates.js';
import { parseTag } from '../registry/hexpm-tags.js';

const DOCKER_HUB = 'docker.io/';

/** What Podman calls an image that was loaded and not pulled. */
const LOADED = `localhost/${HEXPM_REPOSITORY}`;

/** An image of hexpm/elixir that is in the engine. */
export interface LocalTag extends ListedTag {
  /** The name that it has there. */
  readonly reference: string;
}

/**
 * The hexpm/elixir images in the engine, under their own name, under that of a mirror, and as Podman loads them.
 *
 * @param registry - host, or host and path, of the mirror
 * @param platform - `os/arch` that counts where an image has several
 */
export async function tagsInEngine(
  engine: Engine,
  registry: string | undefined,
  platform: string,
): Promise<readonly LocalTag[]> {
  const mirrored = registry === undefined ? [] : [`${registry}/${HEXPM_REPOSITORY}`];
  const found = await Promise.all(
    [HEXPM_REPOSITORY, ...mirrored, LOADED].map((each) => tagsOf(engine, each, platform)),
  );
  return found.flat();
}

/** Asked for one repository at a time: of several, Docker gives what has any, and Podman 4.3 what has all. */
async function tagsOf({ images }: Engine, repository: string, platform: string): Promise<readonly LocalTag[]> {
  const found = await images.list({ reference: repository, platform });
  const named = found.flatMap(({ id, names }) =>
    names.flatMap((name) => {
      // Podman says the registry of every name, Docker leaves its own out.
      const reference = name.startsWith(DOCKER_HUB) ? name.slice(DOCKER_HUB.length) : name;
      const colon = reference.lastIndexOf(':');
      const tag = reference.slice(colon + 1);
      const parts = parseTag(tag);
      return parts && reference.slice(0, colon) === repository ? [{ id, reference, tag, parts }] : [];
    }),
  );
  const tags = named.map(async ({ id, ...tag }) => {
    const image = await images.inspect(id, platform);
    // Removed since it was listed: it is in the engine no more.
    return image ? [{ ...tag, architectures: [image.platform.slice(image.platform.indexOf('/') + 1)] }] : [];
  });
  return (await Promise.all(tags)).flat();
}
