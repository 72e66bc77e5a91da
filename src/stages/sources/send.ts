import path from 'node:path';
import type { RunningContainer } from '../../engine/container.js';
import { BUILDER_UID } from '../../builder/builder.js';
import { relativeInside } from '../../paths.js';
import { packSources } from '../../sources/pack.js';
import { withoutChangedFiles, timesOf, type SourceRecord } from '../../sources/times.js';
import { SOURCES, STATE } from '../../builder/layout.js';
import type { BuildRequest } from '../../options/request.js';
import type { FoundSources } from './find.js';
import { keepRecord } from './stale.js';

/**
 * Sends the checkout to the container, and keeps with the state what was sent.
 *
 * @param before - what is known of the sources that the state was made with
 * @param clockSkew - the engine's clock minus ours, in milliseconds; entries are dated by the later of the two
 */
export async function sendSources(
  container: RunningContainer,
  { checkout, project }: BuildRequest,
  sources: FoundSources,
  before: SourceRecord | undefined,
  clockSkew: number,
  note: (text: string) => void,
): Promise<void> {
  if (sources.noGit !== undefined) note(`${sources.noGit}: files that git would ignore are sent, too`);
  for (const object of sources.ignoredObjects) {
    note(`left out ${object}: git ignores it, and it was compiled for this machine, not for the target`);
  }
  for (const name of sources.special) note(`left out ${name}: not a file, a directory or a symbolic link`);
  for (const text of sources.notes) note(text);

  const inside = relativeInside(checkout, project) ?? '';
  // Tools beside Mix (esbuild, npm) look for dependencies beside mix.exs.
  const depsLink = { path: path.posix.join(inside, 'deps'), linkTo: `${STATE}/deps` };
  const { paths } = sources;
  const now = new Date(Date.now() + Math.max(0, clockSkew));
  const times = await timesOf(checkout, paths, before, now);
  const archive = packSources({
    checkout,
    paths,
    located: sources.located,
    extra: [...(sources.vendoredDeps ? [] : [depsLink]), ...sources.extra],
    owner: { uid: BUILDER_UID, gid: BUILDER_UID },
    mtime: times.fresh,
    kept: times.kept,
  });
  await container.put(archive, SOURCES);
  await keepRecord(container, withoutChangedFiles(checkout, times));
}
