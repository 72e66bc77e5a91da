import type { Engine } from '../engine/engine.js';
import { labels } from '../engine/labels.js';
import { SOURCES } from '../builder/layout.js';
import { readKeptIn } from './kept.js';
import { writeArchive } from './archive.js';
import { keptInArchive } from './contents.js';

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
  const kept = await readKeptIn(container);
  // What the archive excludes is not copied out of the engine first, where that is much.
  const builds = Object.values(kept.places).map(({ build }) => `${build}/rel`);
  const argv = ['rm', '-rf', '--', `${SOURCES}/.git`, ...builds];
  await container.run({ title: 'rm', argv }, () => undefined);
  await writeArchive(await container.get(path), file, facts, keptInArchive(kept, withBuild));
}
