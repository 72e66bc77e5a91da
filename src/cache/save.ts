import type { Engine } from '../engine/engine.js';
import { labels } from '../engine/labels.js';
import { writeArchive } from './archive.js';

/** A state volume to read, and the image of the container that reads it. */
export interface StateVolume {
  readonly volume: string;
  /** Directory of the volume in the container. */
  readonly path: string;
  readonly image: string;
  readonly platform: string;
  readonly run: string;
}

/** Writes the build cache on a volume to a file, with a temporary container. */
export async function saveVolume(
  engine: Engine,
  { volume, path, image, platform, run }: StateVolume,
  file: string,
  facts: Readonly<Record<string, string>>,
  withBuild: boolean,
): Promise<void> {
  const own = labels('state', run);
  await using container = await engine.containers.start({
    ...{ image, platform, user: 'builder', labels: labels('build', run) },
    volume: { name: volume, path, labels: own },
  });
  // The archive excludes releases, so do not copy them out of the engine first.
  const find = ['find', `${path}/build`, '-mindepth', '2', '-maxdepth', '2', '-name', 'rel', '-prune'];
  await container.run({ title: 'find', argv: [...find, '-exec', 'rm', '-rf', '{}', '+'] }, () => undefined);
  await writeArchive(await container.get(path), file, facts, withBuild);
}
