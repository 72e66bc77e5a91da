import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { MixReleaseError, messageOf } from '../errors.js';
import { relativeInside } from '../paths.js';
import type { GitView } from './git.js';
import { isNativeObject } from './native-object.js';
import { unreadableSources } from './unreadable.js';

/** The files that go to the builder, and what stays behind that somebody could miss. Paths are relative, with `/`. */
export interface SourceList {
  /** Files, symbolic links and directories, each directory before what it holds, sorted. */
  readonly paths: readonly string[];
  /** Objects of machine code that git ignores: built here, for this machine. */
  readonly strayObjects: readonly string[];
  /** Sockets, pipes and devices. */
  readonly special: readonly string[];
  /** Whether the project's own `deps` directory is among the sources, because git tracks it. */
  readonly vendoredDeps: boolean;
}

/** What is listed, and what is known about it. */
export interface SourceRoots {
  /** Absolute. */
  readonly checkout: string;
  /** Absolute; the checkout or a directory inside it. */
  readonly project: string;
  /** Absolute; left out where it lies inside the checkout. */
  readonly output: string;
  readonly git: GitView | undefined;
}

/** Made by editors' language servers for this machine alone; and this program, where the release workflow puts it. */
const NEVER_SENT = new Set(['.elixir_ls', '.lexical', '.expert', '.mix-release-action']);

/**
 * Walks a checkout. Left out: `_build` and `deps` beside a mix.exs (`deps` only unless git tracks it), language
 * servers' directories, `node_modules/.cache`, the output directory, ignored objects of machine code (a NIF in `priv/` that
 * would ship, an object file that make would take for finished), and, outside the project, whatever git ignores: there it
 * is neither source nor asked for.
 *
 * @throws MixReleaseError `sources-unreadable`
 */
export async function listSources(roots: SourceRoots): Promise<SourceList> {
  const paths: string[] = [];
  const strayObjects: string[] = [];
  const special: string[] = [];
  const { checkout, git } = roots;
  const project = relativeInside(checkout, roots.project) ?? '';
  const output = relativeInside(checkout, roots.output);

  async function visit(directory: string, ignoredAbove: boolean): Promise<void> {
    const entries = (await read(path.join(checkout, directory))).sort((a, b) => (a.name < b.name ? -1 : 1));
    const beside = new Set(entries.map((entry) => entry.name));
    for (const entry of entries) {
      const name = directory === '' ? entry.name : `${directory}/${entry.name}`;
      const isDirectory = entry.isDirectory();
      const ignored = ignoredAbove || (git?.ignored.has(isDirectory ? `${name}/` : name) ?? false);
      if (name === output || isMixState(entry.name, beside, name, git) || isToolState(name, entry.name)) continue;
      if (ignored && !isWithin(name, project) && !isWithin(project, name)) continue;
      if (isDirectory) {
        paths.push(name);
        await visit(name, ignored);
      } else if (entry.isFile() || entry.isSymbolicLink()) {
        if (ignored && entry.isFile() && !isUnderNodeModules(name) && (await isNative(path.join(checkout, name)))) {
          strayObjects.push(name);
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
  return { paths, strayObjects, special, vendoredDeps: paths.includes(deps) };
}

function isMixState(name: string, beside: ReadonlySet<string>, whole: string, git: GitView | undefined): boolean {
  if (!beside.has('mix.exs')) return false;
  if (name === '_build') return true;
  return name === 'deps' && !(git?.trackedDeps.has(`${whole}/`) ?? false);
}

function isToolState(whole: string, name: string): boolean {
  return NEVER_SENT.has(name) || whole === 'node_modules/.cache' || whole.endsWith('/node_modules/.cache');
}

/** Programs of npm packages are installed here on purpose, and what they make does not get into a release's ABI. */
function isUnderNodeModules(whole: string): boolean {
  return whole.startsWith('node_modules/') || whole.includes('/node_modules/');
}

/** Whether a path is another one or lies below it; everything lies below the root, ''. */
function isWithin(whole: string, directory: string): boolean {
  return directory === '' || whole === directory || whole.startsWith(`${directory}/`);
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
