import path from 'node:path';
import type { RunningContainer } from '../engine/container.js';
import { BUILDER_UID } from '../builder/builder.js';
import type { VirtualFile } from '../archive/files.js';
import { askGit } from '../sources/git.js';
import { insideOf } from '../paths.js';
import { isGitConfig, withoutCredentials } from '../sources/git-config.js';
import { listSources, type SourceList } from '../sources/list.js';
import { packSources } from '../sources/pack.js';
import { SOURCES, STATE } from './layout.js';
import type { BuildRequest } from './request.js';

/** The sources as they lie in the container. */
export interface SentSources extends SourceList {
  /** The project's directory there. */
  readonly cwd: string;
  /** The time of the commit that they are of; undefined where git cannot be asked. */
  readonly commitTime: Date | undefined;
}

/**
 * Sends the checkout to the container.
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

  const inside = insideOf(checkout, project) ?? '';
  // Tools beside Mix (esbuild, npm) look for dependencies beside mix.exs.
  const depsLink = { path: path.posix.join(inside, 'deps'), linkTo: `${STATE}/deps` };
  const all = new Set(list.paths);
  const configs = list.paths.filter((name) => isGitConfig(name, all));
  const cleaned = await gitConfigs(checkout, configs, !('reason' in git));
  const archive = packSources({
    checkout,
    paths: list.paths.filter((name) => !configs.includes(name)),
    extra: [...(list.vendoredDeps ? [] : [depsLink]), ...cleaned],
    owner: { uid: BUILDER_UID, gid: BUILDER_UID },
    mtime: new Date(Date.now() + Math.max(0, clockSkew)),
  });
  await container.put(archive, SOURCES);
  const commitTime = 'reason' in git ? undefined : git.commitTime;
  return { ...list, commitTime, cwd: path.posix.join(SOURCES, inside) };
}

/**
 * The configurations of git among the sources, without the credentials in them; empty where git cannot be asked what
 * is in them, and then the builder's git takes its defaults.
 */
async function gitConfigs(checkout: string, names: readonly string[], git: boolean): Promise<readonly VirtualFile[]> {
  return Promise.all(
    names.map(async (name) => ({ path: name, text: git ? await withoutCredentials(path.join(checkout, name)) : '' })),
  );
}
