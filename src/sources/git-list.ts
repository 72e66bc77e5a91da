import path from 'node:path';
import type { VirtualFile } from '../archive/files.js';
import { messageOf } from '../errors.js';
import { shownName } from '../path-bytes.js';
import { relativeInside } from '../paths.js';
import { isGitConfig, withoutCredentials } from './git-config.js';
import { borrowedObjects, gitDirectories, linkedPath, linkedRepository, type LinkedRepository } from './git-link.js';

/** The repositories of a checkout as they were found. */
export interface Repositories {
  /** Directories whose `.git` is a file or a link. */
  readonly links: readonly string[];
  /** Lists of repositories that another borrows objects from. */
  readonly alternates: readonly string[];
  /** Whether git answers here. */
  readonly hasGit: boolean;
}

/** The sources with the repositories that lie elsewhere on this machine. */
export interface WithRepositories {
  readonly paths: readonly string[];
  readonly located: ReadonlyMap<string, string>;
  readonly extra: readonly VirtualFile[];
  readonly notes: readonly string[];
}

/**
 * Brings along what git needs in the copy, where it is not in a `.git` of the checkout, and takes the credentials out of
 * every configuration.
 */
export async function addRepositories(
  checkout: string,
  paths: readonly string[],
  { links, alternates, hasGit }: Repositories,
): Promise<WithRepositories> {
  const sent = new Set(paths);
  const configs = new Set(paths.filter((name) => name.includes('.git/') && isGitConfig(name, sent)));
  const extra = [...(await configsOf(checkout, [...configs], hasGit))];
  const added: string[] = [];
  const located = new Map<string, string>();
  const notes: string[] = [];
  const replaced: string[] = [];

  for (const name of alternates) {
    const objects = name.slice(0, -'/info/alternates'.length);
    for (const [to, from] of await borrowedObjects(path.join(checkout, objects), objects)) {
      if (sent.has(to)) continue;
      sent.add(to);
      added.push(to);
      located.set(to, from);
    }
  }
  for (const directory of links) {
    const name = directory === '' ? '.git' : `${directory}/.git`;
    if (directory !== '' && (await leadsIntoCopy(checkout, directory, sent))) {
      added.push(name);
      continue;
    }
    const found = !hasGit ? undefined : await repositoryOf(path.join(checkout, directory), name);
    if (found === undefined || 'reason' in found) {
      // For the checkout's own, what git says is noted already.
      const reason = found?.reason ?? 'it names a repository that is not here';
      if (directory !== '') notes.push(`left out ${shownName(name)}: ${reason}`);
      continue;
    }
    added.push(...found.paths);
    for (const [to, from] of found.located) located.set(to, from);
    extra.push(...found.extra);
    replaced.push(...(await insideOf(checkout, directory)));
  }
  const kept = paths.filter(
    (each) => !configs.has(each) && !replaced.some((root) => each === root || each.startsWith(`${root}/`)),
  );
  return { paths: [...kept, ...added], located, extra, notes };
}

/**
 * The configurations of git among the sources, without the credentials in them; empty where git cannot be asked what
 * is in them, and then the builder's git takes its defaults.
 */
async function configsOf(checkout: string, names: readonly string[], git: boolean): Promise<readonly VirtualFile[]> {
  return Promise.all(
    names.map(async (name) => ({ path: name, text: git ? await withoutCredentials(path.join(checkout, name)) : '' })),
  );
}

async function repositoryOf(
  directory: string,
  name: string,
): Promise<LinkedRepository | { readonly reason: string } | undefined> {
  const directories = await gitDirectories(directory);
  if (directories === undefined) return undefined;
  try {
    return await linkedRepository(directory, name, directories);
  } catch (error) {
    return { reason: `git cannot read its repository: ${messageOf(error).trim()}` };
  }
}

/** Whether a `.git` is a file with a relative path to what is sent: a submodule's, in `.git/modules` of the checkout. */
async function leadsIntoCopy(checkout: string, directory: string, sent: ReadonlySet<string>): Promise<boolean> {
  const target = await linkedPath(path.join(checkout, directory, '.git')).catch(() => undefined);
  if (target === undefined || path.isAbsolute(target)) return false;
  const inside = relativeInside(checkout, path.resolve(checkout, directory, target));
  return inside !== undefined && /(?:^|\/)\.git\//.test(inside) && sent.has(`${inside}/HEAD`);
}

/** The directory of a repository that a link names inside the checkout: it is sent as `.git`, without its credentials. */
async function insideOf(checkout: string, directory: string): Promise<readonly string[]> {
  const found = await gitDirectories(path.join(checkout, directory));
  const inside = [found?.own, found?.common].map((each) => (each === undefined ? '' : relativeInside(checkout, each)));
  return inside.flatMap((each) => (each === undefined || each === '' ? [] : [each]));
}
