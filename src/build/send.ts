import path from 'node:path';
import type { RunningContainer } from '../engine/container.js';
import { BUILDER_UID } from '../builder/builder.js';
import { packFiles } from '../archive/files.js';
import { askGit } from '../sources/git.js';
import { listSources, type SourceList } from '../sources/list.js';
import { packSources } from '../sources/pack.js';
import releaseTasks from './elixir/release.exs';
import { HELPER, ROOT, SOURCES, STATE } from './layout.js';
import type { BuildRequest } from './request.js';

/** The sources as they lie in the container. */
export interface SentSources extends SourceList {
  /** The project's directory there. */
  readonly cwd: string;
}

/**
 * Sends the checkout and our Mix tasks to the container.
 *
 * @param clockSkew - the engine's clock minus ours, in milliseconds; entries are dated by the later of the two
 */
export async function sendSources(
  container: RunningContainer,
  request: BuildRequest,
  clockSkew: number,
  note: (text: string) => void,
): Promise<SentSources> {
  const { checkout, project, output } = request;
  const git = await askGit(checkout);
  if ('reason' in git) note(`${git.reason}: files that git would ignore are sent, too`);
  const list = await listSources({ checkout, project, output, git: 'reason' in git ? undefined : git });
  for (const object of list.strayObjects) {
    note(`left out ${object}: git ignores it, and it was compiled for this machine, not for the target`);
  }
  for (const name of list.special) note(`left out ${name}: not a file, a directory or a symbolic link`);

  const inside = path.relative(checkout, project).split(path.sep).join('/');
  // Tools beside Mix (esbuild, npm) look for dependencies beside mix.exs.
  const depsLink = { path: path.posix.join(inside, 'deps'), linkTo: `${STATE}/deps` };
  const archive = packSources({
    checkout,
    paths: list.paths,
    extra: list.vendoredDeps ? [] : [depsLink],
    owner: { uid: BUILDER_UID, gid: BUILDER_UID },
    mtime: new Date(Date.now() + Math.max(0, clockSkew)),
  });
  await container.put(packFiles([{ path: path.posix.relative(ROOT, HELPER), text: releaseTasks }]), ROOT);
  await container.put(archive, SOURCES);
  return { ...list, cwd: path.posix.join(SOURCES, inside) };
}
