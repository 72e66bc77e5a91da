import type { Dirent } from 'node:fs';
import path from 'node:path';
import type { VirtualFile } from '../archive/files.js';
import { relativeInside } from '../paths.js';
import { dependenciesOutside, mixDirectoriesOf } from './dependencies.js';
import { NOTHING_EXCLUDED, type Exclusion } from './exclude.js';
import { foreignModulesNotes, isProgramOfModule, type Machine } from './foreign-modules.js';
import { readWorkingCopy, type GitInfo, type WorkingCopy } from './git.js';
import { addRepositories } from './git-list.js';
import { isAlternates, isUnfinished } from './git-link.js';
import { sameRepository } from './git-worktrees.js';
import { isNativeObject } from './native-object.js';
import { entriesOf, readable, whyNot } from './read.js';
import { listed } from './notes.js';
import { skippedFiles, type RepositoryIndex } from './skipped.js';

/** The files to send to the builder, and excluded files that a user could miss. Paths are relative, with `/`. */
export interface SourceList {
  /** Files, symbolic links and directories, each directory before its contents; without those in `extra`. */
  readonly paths: readonly string[];
  /** Paths that lie elsewhere on this machine, with the absolute path there. */
  readonly located: ReadonlyMap<string, string>;
  /** Files that are written for the copy: configurations of git without credentials, refs of a worktree or a submodule. */
  readonly extra: readonly VirtualFile[];
  /** The repositories in the copy. Their indexes are of this machine until they are refreshed there. */
  readonly indexes: readonly RepositoryIndex[];
  /** Native objects that git ignores: they were built for this machine. */
  readonly ignoredObjects: readonly string[];
  /** Sockets, pipes and devices. */
  readonly special: readonly string[];
  /** What a person should know of the sources, a line each. */
  readonly notes: readonly string[];
}

/** The directories of a build, and git's view of the checkout. */
export interface SourceRoots {
  /** Absolute. */
  readonly checkout: string;
  /** Absolute; the checkout or a directory inside it. */
  readonly project: string;
  /** Absolute; excluded if it is inside the checkout. */
  readonly output: string;
  readonly git: GitInfo | undefined;
  /** What the user leaves out. */
  readonly exclude?: Exclusion;
  /** Where programs in `node_modules` will run; undefined where nothing is to be said of them. */
  readonly machine?: Machine;
}

/** Files of language servers, which suit only this machine, and this program's checkout in the release workflow. */
const EXCLUDED = new Set(['.elixir_ls', '.lexical', '.expert', '.mix-release-action']);

/** Parts of a repository that only have a meaning here: other worktrees, and where refs were before. */
const OF_THIS_MACHINE = new Set(['worktrees', 'logs']);

/** What is known of a directory from those above it. */
interface Above {
  /** The working copy that it is part of, and the directory of that with `/` at its end, or ''. */
  readonly copy: WorkingCopy | undefined;
  readonly root: string;
  readonly ignored: boolean;
  /** Whether a pattern with `!` asks for what git ignores. */
  readonly wanted: boolean;
  /** Whether it is a `deps` of which git tracks a part. */
  readonly vendored: boolean;
}

/**
 * Walks a checkout. Excluded are `_build` and `deps` next to a mix.exs, also by other names that the project's gives them (of `deps` what git tracks is
 * sent, a dependency as a whole), the directories of language servers, `node_modules/.cache`, the output directory, ignored native objects (a NIF in `priv/`
 * would ship, and make would take an object file for up to date), other worktrees of the same repository, ignored files
 * that this user cannot read, what the user excludes and, outside the project and the path dependencies that its
 * `mix.exs` names, every ignored file.
 *
 * @throws MixReleaseError `sources-unreadable`
 */
export async function listSources(roots: SourceRoots): Promise<SourceList> {
  const { checkout, git, exclude = NOTHING_EXCLUDED } = roots;
  const project = relativeInside(checkout, roots.project) ?? '';
  const output = relativeInside(checkout, roots.output);
  const mixDirectories = await mixDirectoriesOf(checkout, roots.project);
  const dependencies = project === '' ? [] : [...(await dependenciesOutside(checkout, roots.project))];
  const paths: string[] = [];
  const ignoredObjects: string[] = [];
  const special: string[] = [];
  const unreadable: string[] = [];
  const outside: string[] = [];
  const worktrees: string[] = [];
  const fetched: string[] = [];
  const programs: string[] = [];
  const alternates: string[] = [];
  const links: string[] = [];
  const copies = new Map<string, WorkingCopy>();
  const isRoot = process.getuid?.() === 0;
  const absolute = (name: string): string => path.join(checkout, name);

  /** Whether a use is known for what git ignores there. */
  function isUsed(name: string): boolean {
    if (isWithin(name, project) || isWithin(project, name)) return true;
    return dependencies.some((each) => isWithin(each, name) || (isWithin(name, each) && !isNodeModules(name)));
  }

  /** @returns whether the directory is sent */
  async function visit(directory: string, above: Above): Promise<boolean> {
    const entries = await entriesOf(absolute(directory), directory, above.ignored);
    if (entries === 'unreadable') unreadable.push(`${directory}/`);
    if (entries === 'unreadable' || entries === 'gone') return false;
    const siblings = new Set(entries.map((entry) => entry.name));
    const isRepository = directory !== '' && siblings.has('.git');
    if (isRepository && !isWithin(project, directory) && (await sameRepository(checkout, absolute(directory)))) {
      worktrees.push(directory);
      return false;
    }
    const here = isRepository ? await enter(directory, above) : above;
    for (const entry of entries) {
      const name = directory === '' ? entry.name : `${directory}/${entry.name}`;
      if (entry.name === '.git') await visitRepository(directory, name, entry);
      else {
        const visited = visitEntry(name, entry, siblings, here);
        if (visited) await visited;
      }
    }
    return true;
  }

  /** Git's view of a submodule, or of another repository inside the checkout. */
  async function enter(directory: string, above: Above): Promise<Above> {
    if (above.ignored) return above;
    const copy = await readWorkingCopy(absolute(directory)).catch(() => undefined);
    if (copy === undefined) return above;
    copies.set(directory, copy);
    return { ...above, copy, root: `${directory}/` };
  }

  /** Awaits nothing for most files: there are thousands. */
  function visitEntry(
    name: string,
    entry: Dirent,
    siblings: ReadonlySet<string>,
    above: Above,
  ): Promise<void> | undefined {
    const isDirectory = entry.isDirectory();
    if (name === output || isMixDirectory(entry.name, siblings, name, above) || isToolDirectory(name, entry.name))
      return undefined;
    const verdict = exclude.judge(name, isDirectory);
    if (verdict === 'excluded') return undefined;
    const inCopy = name.slice(above.root.length);
    if (isDirectory && mixDirectories.has(name) && !hasTracked(above.copy, inCopy)) return undefined;
    if (above.vendored && isDirectory && verdict === undefined && above.copy?.trackedInDeps.has(inCopy) === false) {
      fetched.push(name);
      return undefined;
    }
    const ignored = above.ignored || (above.copy?.ignored.has(isDirectory ? `${inCopy}/` : inCopy) ?? false);
    const wanted = above.wanted || (ignored && verdict === 'included');
    if (ignored && !wanted && !isUsed(name) && !(isDirectory && exclude.includesBelow(name))) {
      outside.push(isDirectory ? `${name}/` : name);
      return undefined;
    }
    const vendored = entry.name === 'deps' && siblings.has('mix.exs');
    if (isDirectory) return visitDirectory(name, { ...above, ignored, wanted, vendored });
    if (entry.isFile()) return visitFile(name, ignored);
    (entry.isSymbolicLink() ? paths : special).push(name);
    return undefined;
  }

  async function visitDirectory(name: string, above: Above): Promise<void> {
    const at = paths.push(name);
    // Without the directory itself, where it is gone, or may not be read.
    if (!(await visit(name, above))) paths.splice(at - 1, 1);
  }

  function visitFile(name: string, ignored: boolean): Promise<void> | undefined {
    const inModules = isNodeModules(name);
    if (ignored && !inModules) return visitIgnoredFile(name);
    if (ignored && !isRoot) {
      const state = readable(absolute(name), name);
      if (state === 'unreadable') unreadable.push(name);
      if (state !== 'readable') return undefined;
    }
    if (inModules && isProgramOfModule(name)) programs.push(name);
    paths.push(name);
    return undefined;
  }

  async function visitIgnoredFile(name: string): Promise<void> {
    try {
      const isObject = await isNativeObject(absolute(name));
      (isObject ? ignoredObjects : paths).push(name);
    } catch (error) {
      if (whyNot(error, name, true) === 'unreadable') unreadable.push(name);
    }
  }

  async function visitRepository(directory: string, name: string, entry: Dirent): Promise<void> {
    if (exclude.judge(name, entry.isDirectory()) === 'excluded') return;
    if (!entry.isDirectory()) {
      links.push(directory);
      return;
    }
    paths.push(name);
    await visitGit(name);
  }

  async function visitGit(directory: string): Promise<void> {
    const entries = await entriesOf(absolute(directory), directory, false);
    if (typeof entries === 'string') return;
    const isTop = entries.some((entry) => entry.name === 'HEAD');
    for (const entry of entries) {
      const name = `${directory}/${entry.name}`;
      if (isTop && OF_THIS_MACHINE.has(entry.name)) continue;
      if (exclude.judge(name, entry.isDirectory()) === 'excluded') continue;
      if (entry.isDirectory()) {
        paths.push(name);
        await visitGit(name);
      } else if (isAlternates(name)) {
        alternates.push(name);
      } else if ((entry.isFile() || entry.isSymbolicLink()) && !isUnfinished(entry.name)) {
        paths.push(name);
      }
    }
  }

  await visit('', { copy: git, root: '', ignored: false, wanted: false, vendored: false });
  const added = await addRepositories(checkout, paths, {
    ...{ links, alternates },
    hasGit: git !== undefined || copies.size > 0,
  });
  return {
    paths: added.paths,
    located: added.located,
    extra: added.extra,
    indexes: await skippedFiles(checkout, added.paths, git, copies),
    ignoredObjects,
    special,
    notes: [
      ...added.notes,
      ...worktrees.map((name) => `left out ${name}: another worktree of the same repository`),
      ...listed(fetched, 'git does not track them beside other dependencies, and they are fetched in the builder'),
      ...listed(unreadable, 'git ignores them, and this user cannot read them'),
      ...listed(
        usesFirst(outside),
        `git ignores them, and they lie outside ${project}; a line of exclude with ! sends them, such as !/PATH`,
      ),
      ...(roots.machine ? await foreignModulesNotes(checkout, programs, roots.machine) : []),
    ],
  };
}

/** Sorted so that what a release may need comes first. */
function usesFirst(names: readonly string[]): readonly string[] {
  const mayBeUsed = (name: string): boolean => /(?:^|\/)(?:priv|lib|src|config|rel)\//.test(name);
  return [...names.filter(mayBeUsed), ...names.filter((name) => !mayBeUsed(name))];
}

function isMixDirectory(name: string, siblings: ReadonlySet<string>, path: string, { copy, root }: Above): boolean {
  if (!siblings.has('mix.exs')) return false;
  if (name === '_build') return true;
  return name === 'deps' && !(copy?.trackedDeps.has(`${path.slice(root.length)}/`) ?? false);
}

function hasTracked(copy: WorkingCopy | undefined, directory: string): boolean {
  return copy?.tracked.some((name) => name.startsWith(`${directory}/`)) ?? false;
}

function isToolDirectory(path: string, name: string): boolean {
  return EXCLUDED.has(name) || path === 'node_modules/.cache' || path.endsWith('/node_modules/.cache');
}

/** Native objects of npm packages are installed on purpose, and their output does not depend on an ABI. */
function isNodeModules(path: string): boolean {
  return path.includes('node_modules') && /(?:^|\/)node_modules(?:\/|$)/.test(path);
}

/** Whether a path equals or is below a directory; every path is below the root, ''. */
function isWithin(path: string, directory: string): boolean {
  return directory === '' || path === directory || path.startsWith(`${directory}/`);
}
