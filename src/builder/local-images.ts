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
 */
export async function tagsInEngine(engine: Engine, registry: string | undefined): Promise<readonly LocalTag[]> {
  const mirrored = registry === undefined ? [] : [`${registry}/${HEXPM_REPOSITORY}`];
  const found = await Promise.all([HEXPM_REPOSITORY, ...mirrored, LOADED].map((each) => tagsOf(engine, each)));
  return found.flat();
}

/** Asked for one repository at a time: of several, Docker gives what has any, and Podman 4.3 what has all. */
async function tagsOf({ docker }: Engine, repository: string): Promise<readonly LocalTag[]> {
  const images = await docker.listImages({ filters: { reference: [repository] } });
  const named = images.flatMap(({ Id, RepoTags }) =>
    // Null in the answers of some engines, whatever the types say.
    ((RepoTags as string[] | null) ?? []).flatMap((name) => {
      // Podman says the registry of every name, Docker leaves its own out.
      const reference = name.startsWith(DOCKER_HUB) ? name.slice(DOCKER_HUB.length) : name;
      const colon = reference.lastIndexOf(':');
      const tag = reference.slice(colon + 1);
      const parts = parseTag(tag);
      return parts && reference.slice(0, colon) === repository ? [{ Id, reference, tag, parts }] : [];
    }),
  );
  return Promise.all(
    named.map(async ({ Id, ...tag }) => ({ ...tag, archs: [(await docker.getImage(Id).inspect()).Architecture] })),
  );
}
