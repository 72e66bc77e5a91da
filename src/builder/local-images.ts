import type { Engine } from '../engine/engine.js';
import { HEXPM_REPOSITORY, type ListedTag } from '../registry/candidates.js';
import { parseTag } from '../registry/hexpm-tags.js';

const DOCKER_HUB = 'docker.io/';

/** An image of hexpm/elixir that is in the engine. */
export interface LocalTag extends ListedTag {
  /** The name that it has there. */
  readonly reference: string;
}

/**
 * The hexpm/elixir images in the engine, under their own name and under that of a mirror.
 *
 * @param registry - host, or host and path, of the mirror
 */
export async function tagsInEngine({ docker }: Engine, registry: string | undefined): Promise<readonly LocalTag[]> {
  const mirrored = registry === undefined ? [] : [`${registry}/${HEXPM_REPOSITORY}`];
  // Podman says the registry of every name, Docker leaves its own out.
  const names = [HEXPM_REPOSITORY, `${DOCKER_HUB}${HEXPM_REPOSITORY}`, ...mirrored];
  const images = await docker.listImages({ filters: { reference: names } });
  const named = images.flatMap(({ Id, RepoTags }) =>
    // Null in the answers of some engines, whatever the types say.
    ((RepoTags as string[] | null) ?? []).flatMap((name) => {
      const reference = name.startsWith(DOCKER_HUB) ? name.slice(DOCKER_HUB.length) : name;
      const colon = reference.lastIndexOf(':');
      const parts = parseTag(reference.slice(colon + 1));
      const ofOurs = [HEXPM_REPOSITORY, ...mirrored].includes(reference.slice(0, colon));
      return parts && ofOurs ? [{ Id, reference, tag: reference.slice(colon + 1), parts }] : [];
    }),
  );
  return Promise.all(
    named.map(async ({ Id, ...tag }) => ({ ...tag, archs: [(await docker.getImage(Id).inspect()).Architecture] })),
  );
}
