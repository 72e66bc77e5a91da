import { lstat, readFile } from 'node:fs/promises';
import path from 'node:path';
import { onDisk } from '../path-bytes.js';
import { relativeInside } from '../paths.js';
import { git } from './git-command.js';
import { withoutComments } from './history.js';

/** A repository above a directory, of which a project needs more than what is below the directory. */
export interface RepositoryAbove {
  /** Absolute. */
  readonly root: string;
  /** Why it is needed, for the log. */
  readonly reason: string;
}

/** What runs git, or looks into its directory. The names of packages and addresses of dependencies are others. */
const ASKS_GIT =
  /"git"|'git'|\bgit (?:-C|describe|log|rev-parse|rev-list|show|status|tag|shortlog|diff|diff-index|ls-files)\b|["'( /]\.git\/(?!\w+\.git)/;
/** A path that leads out of the directory of the file, and siblings in an umbrella. */
const NAMES_ABOVE = /"((?:\.\.\/)+[^"\n#]*|(?:\.\.\/)*\.\.)"|\bin_umbrella:\s*true/g;
/** What of a project runs while it is built. */
const RUNS = /(?:^|\/)(?:mix\.exs|Makefile|[^/]+\.(?:ex|exs|eex|sh|mk))$/;
const TESTS = /(?:^|\/)(?:test|deps|node_modules)\//;

/**
 * The repository that a directory lies in, below its root, where the project in it needs what is above the directory: git,
 * which finds its history there, or files that `mix.exs` names, such as a path dependency or an umbrella's lock.
 *
 * @param directory - absolute
 * @param project - absolute, inside the directory
 * @param hooks - text of the commands that run in the builder
 * @returns undefined where the directory has all that is needed, and where git does not track the project
 */
export async function repositoryAbove(
  directory: string,
  project: string,
  hooks: readonly string[],
): Promise<RepositoryAbove | undefined> {
  const root = await rootAbove(directory);
  if (root === undefined) return undefined;
  const tracked = await git(directory, ['ls-files', '-z']).catch((): readonly string[] => []);
  const mixfile = relativeInside(directory, path.join(project, 'mix.exs')) ?? '';
  if (!tracked.includes(mixfile)) return undefined;
  const above = namedAbove(withoutComments(await textOf(path.join(directory, mixfile))), project, directory, root);
  if (above !== undefined) return { root, reason: `${mixfile} names ${above}` };
  if (hooks.some((text) => ASKS_GIT.test(withoutComments(text)))) return { root, reason: 'a hook asks git' };
  for (const name of tracked.filter((each) => RUNS.test(each) && !TESTS.test(each))) {
    if (ASKS_GIT.test(withoutComments(await textOf(path.join(directory, name))))) {
      return { root, reason: `${name} asks git` };
    }
  }
  return undefined;
}

/** The nearest directory above with a `.git`; undefined where the directory has one itself. */
async function rootAbove(directory: string): Promise<string | undefined> {
  if (await hasRepository(directory)) return undefined;
  for (let above = path.dirname(directory); above !== path.dirname(above); above = path.dirname(above)) {
    if (await hasRepository(above)) return above;
  }
  return undefined;
}

async function hasRepository(directory: string): Promise<boolean> {
  return lstat(onDisk(path.join(directory, '.git'))).then(
    () => true,
    () => false,
  );
}

function namedAbove(text: string, project: string, directory: string, root: string): string | undefined {
  for (const [, name = '..'] of text.matchAll(NAMES_ABOVE)) {
    const target = path.resolve(project, name);
    if (relativeInside(directory, target) === undefined && relativeInside(root, target) !== undefined) return name;
  }
  return undefined;
}

async function textOf(file: string): Promise<string> {
  return readFile(onDisk(file), 'utf8').catch(() => '');
}
