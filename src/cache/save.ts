import type { Engine } from '../engine/engine.js';
import { labels } from '../engine/labels.js';
import { writeState } from './archive.js';

/** A volume that is read, and with what. */
export interface VolumeToRead {
  readonly volume: string;
  /** Directory of the volume in the container. */
  readonly path: string;
  readonly image: string;
  readonly platform: string;
  readonly run: string;
}

/** Writes the state on a volume to a file, by a container that lives as long as that takes. */
export async function saveVolume(
  engine: Engine,
  { volume, path, image, platform, run }: VolumeToRead,
  file: string,
  facts: Readonly<Record<string, string>>,
  withBuild: boolean,
): Promise<void> {
  const own = labels('state', run);
  await using container = await engine.containers.start({
    ...{ image, platform, user: 'builder', labels: labels('build', run) },
    volume: { name: volume, path, labels: own },
  });
  // The releases would travel only to be left out.
  const find = ['find', `${path}/build`, '-mindepth', '2', '-maxdepth', '2', '-name', 'rel', '-prune'];
  await container.run({ title: 'find', argv: [...find, '-exec', 'rm', '-rf', '{}', '+'] }, () => undefined);
  await writeState(await container.get(path), file, facts, withBuild);
}
