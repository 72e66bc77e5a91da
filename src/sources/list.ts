import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { MixReleaseError, messageOf } from '../errors.js';
import { relativeInside } from '../paths.js';
import type { GitInfo } from './git.js';
import { isNativeObject } from './native-object.js';
import { unreadableSources } from './unreadable.js';

/** The files to send to the builder, and excluded files that a user could miss. Paths are relative, with `/`. */
export interface SourceList {
  /** Files, symbolic links and directories, each directory before its contents, sorted. */
  readonly paths: readonly string[];
  /** Native objects that git ignores: they were built for this machine. */
  readonly ignoredObjects: readonly string[];
  /** Sockets, pipes and devices. */
  readonly special: readonly string[];
  /** Whether the sources include the project's own `deps` directory, because git tracks it. */
  readonly vendoredDeps: boolean;
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
}

/** Files of language servers, which suit only this machine, and this program's checkout in the release workflow. */
const EXCLUDED = new Set(['.elixir_ls', '.lexical', '.expert', '.mix-release-action']);

/**
 * Walks a checkout. Excluded are `_build` and `deps` next to a mix.exs (`deps` only unless git tracks it), the
 * directories of language servers, `node_modules/.cache`, the output directory, ignored native objects (a NIF in `priv/`
 * would ship, and make would take an object file for up to date) and, outside the project, every ignored file: the
 * project has no use for it.
 *
 * @throws MixReleaseError `sources-unreadable`
 */
export async function listSources(roots: SourceRoots): Promise<SourceList> {
  const paths: string[] = [];
  const ignoredObjects: string[] = [];
  const special: string[] = [];
  const { checkout, git } = roots;
  const project = relativeInside(checkout, roots.project) ?? '';
  const output = relativeInside(checkout, roots.output);

  async function visit(directory: string, ignoredAbove: boolean): Promise<void> {
    const entries = (await read(path.join(checkout, directory))).sort((a, b) => (a.name < b.name ? -1 : 1));
    const siblings = new Set(entries.map((entry) => entry.name));
    for (const entry of entries) {
      const name = directory === '' ? entry.name : `${directory}/${entry.name}`;
      const isDirectory = entry.isDirectory();
      const ignored = ignoredAbove || (git?.ignored.has(isDirectory ? `${name}/` : name) ?? false);
      if (name === output || isMixDirectory(entry.name, siblings, name, git) || isToolDirectory(name, entry.name))
        continue;
      if (ignored && !isWithin(name, project) && !isWithin(project, name)) continue;
      if (isDirectory) {
        paths.push(name);
        await visit(name, ignored);
      } else if (entry.isFile() || entry.isSymbolicLink()) {
        if (ignored && entry.isFile() && !isUnderNodeModules(name) && (await isNative(path.join(checkout, name)))) {
          ignoredObjects.push(name);
        } else {
          paths.push(name);
        }
      } else {
        special.push(name);
      }
    }
  }

  await visit('', false);
  const deps = project === '' ? 'deps' : `${project}/deps`;
  return { paths, ignoredObjects, special, vendoredDeps: paths.includes(deps) };
}

function isMixDirectory(name: string, siblings: ReadonlySet<string>, path: string, git: GitInfo | undefined): boolean {
  if (!siblings.has('mix.exs')) return false;
  if (name === '_build') return true;
  return name === 'deps' && !(git?.trackedDeps.has(`${path}/`) ?? false);
}

function isToolDirectory(path: string, name: string): boolean {
  return EXCLUDED.has(name) || path === 'node_modules/.cache' || path.endsWith('/node_modules/.cache');
}

/** Native objects of npm packages are installed on purpose, and their output does not depend on an ABI. */
function isUnderNodeModules(path: string): boolean {
  return path.startsWith('node_modules/') || path.includes('/node_modules/');
}

/** Whether a path equals or is below a directory; every path is below the root, ''. */
function isWithin(path: string, directory: string): boolean {
  return directory === '' || path === directory || path.startsWith(`${directory}/`);
}

async function isNative(file: string): Promise<boolean> {
  try {
    return await isNativeObject(file);
  } catch (error) {
    throw unreadableSources(error);
  }
}

async function read(directory: string): Promise<Dirent[]> {
  try {
    return await readdir(directory, { withFileTypes: true });
  } catch (error) {
    throw new MixReleaseError('sources-unreadable', {
      what: `the sources cannot be read: ${messageOf(error)}`,
      next: 'Give this user read access to the whole checkout.',
      cause: error,
    });
  }
}
