import { removeContainer } from './container.js';
import { engineError, statusOf, type Engine } from './engine.js';
import { KIND_LABEL, RUN_LABEL } from './labels.js';

/** What was removed, by name. */
export interface Reaped {
  readonly containers: readonly string[];
  readonly volumes: readonly string[];
  readonly images: readonly string[];
}

/** Removes the containers and volumes that one run made. Builder images stay: they are made to be used again. */
export async function reapRun(engine: Engine, run: string): Promise<Reaped> {
  const filters = { label: [`${RUN_LABEL}=${run}`] };
  const containers = await reapContainers(engine, filters);
  return { containers, volumes: await reapVolumes(engine, filters), images: [] };
}

/** Removes every container, volume and image that carries our label, whoever made it. */
export async function reapAll(engine: Engine): Promise<Reaped> {
  const filters = { label: [KIND_LABEL] };
  const containers = await reapContainers(engine, filters);
  const volumes = await reapVolumes(engine, filters);
  return { containers, volumes, images: await reapImages(engine, filters) };
}

type Filters = Readonly<Record<string, string[]>>;

async function reapContainers({ docker }: Engine, filters: Filters): Promise<readonly string[]> {
  const found = await docker.listContainers({ all: true, filters });
  for (const { Id } of found) await removeContainer(docker.getContainer(Id));
  return found.map((container) => container.Names[0]?.replace(/^\//, '') ?? container.Id);
}

async function reapVolumes({ docker }: Engine, filters: Filters): Promise<readonly string[]> {
  const { Volumes } = await docker.listVolumes({ filters: filters as Record<string, string[]> });
  for (const { Name } of Volumes) await gone(docker.getVolume(Name).remove({ force: true }), 'volume');
  return Volumes.map((volume) => volume.Name);
}

async function reapImages({ docker }: Engine, filters: Filters): Promise<readonly string[]> {
  const found = await docker.listImages({ filters });
  for (const { Id } of found) await gone(docker.getImage(Id).remove({ force: true }), 'image');
  return found.map((image) => image.RepoTags?.[0] ?? image.Id);
}

/** A thing that somebody else removed first is gone, too. */
async function gone(removal: Promise<unknown>, kind: string): Promise<void> {
  try {
    await removal;
  } catch (error) {
    if (statusOf(error) !== 404) throw engineError(error, `to remove a ${kind}`);
  }
}
