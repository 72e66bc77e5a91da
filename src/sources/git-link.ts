import type { Dirent } from 'node:fs';
import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import type { VirtualFile } from '../archive/files.js';
import { nameOf, onDisk } from '../path-bytes.js';
import { withoutCredentials } from './git-config.js';
import { headOf, refsOf, type Ref } from './git-refs.js';

/** The directories of a repository; absolute. In a linked worktree they are two. */
export interface GitDirectories {
  /** With `HEAD` and the index. */
  readonly own: string;
  /** With objects, refs and the configuration. */
  readonly common: string;
}

/** The files of a repository that is elsewhere on this machine, at the paths that they have in the copy. */
export interface LinkedRepository {
  /** Each directory before its contents. */
  readonly paths: readonly string[];
  /** By path, the absolute path here. */
  readonly located: ReadonlyMap<string, string>;
  /** What is written for the copy. */
  readonly extra: readonly VirtualFile[];
}

/**
 * The repository that a `.git` names, by itself or as a link or a file: see gitrepository-layout(5).
 *
 * @param directory - absolute; with the `.git`
 * @returns undefined where no repository is there
 */
export async function gitDirectories(directory: string): Promise<GitDirectories | undefined> {
  try {
    const file = path.join(directory, '.git');
    const isDirectory = (await stat(onDisk(file))).isDirectory();
    const own = isDirectory ? await real(file) : path.resolve(directory, await linkedPath(file));
    const common = await textIn(path.join(own, 'commondir'));
    await stat(onDisk(path.join(own, 'HEAD')));
    return { own, common: common === undefined ? own : path.resolve(own, common) };
  } catch {
    return undefined;
  }
}

/** The path in a file `.git`, as it is written there. */
export async function linkedPath(file: string): Promise<string> {
  const text = nameOf(await readFile(onDisk(file))).trimEnd();
  if (!text.startsWith('gitdir: ')) throw new Error(`${file} names no repository`);
  return text.slice('gitdir: '.length);
}

/** Keys that are right for a repository elsewhere and wrong for a `.git` that is a directory with everything in it. */
const OF_LINKS = /^(core\.(worktree|bare)|extensions\.(worktreeconfig|refstorage))$/i;
/** Files with these names are written by a git that runs. */
const UNFINISHED = /\.lock$|^tmp_|^\.tmp-/;

/** Whether a file of a repository is written at the moment, or what a killed git has left. */
export function isUnfinished(name: string): boolean {
  return UNFINISHED.test(name);
}

/**
 * The repository of a worktree, a submodule or any other checkout whose `.git` is not a directory, as a `.git` that is
 * one: HEAD, refs, objects and index, with the objects of repositories that it borrows from. Refs are written anew,
 * because those of a worktree lie in two places, in either of git's formats.
 *
 * @param directory - absolute; with the `.git`
 * @param name - of `.git` in the copy
 * @throws the error of git or of the file system
 */
export async function linkedRepository(
  directory: string,
  name: string,
  { own, common }: GitDirectories,
): Promise<LinkedRepository> {
  const located = new Map<string, string>();
  const locate = async (from: string, to: string): Promise<void> => {
    const found = await stat(onDisk(from)).catch(() => undefined);
    if (found) located.set(`${name}/${to}`, from);
  };
  located.set(name, common);
  await locate(path.join(common, 'refs'), 'refs');
  await locate(path.join(common, 'info'), 'info');
  for (const file of ['info/exclude', 'info/grafts', 'info/attributes', 'shallow'])
    await locate(path.join(common, file), file);
  if (!located.has(`${name}/info`)) await locate(path.join(own, 'info'), 'info');
  await locate(path.join(own, 'info/sparse-checkout'), 'info/sparse-checkout');
  await locate(path.join(own, 'index'), 'index');
  for (const { name: file } of await entriesOf(own)) {
    if (/^sharedindex\.[0-9a-f]+$/.test(file)) await locate(path.join(own, file), file);
  }
  for (const [to, from] of await objectsOf(path.join(common, 'objects'), `${name}/objects`)) located.set(to, from);
  const [config, ownConfig] = await Promise.all([
    configOf(path.join(common, 'config')),
    own === common ? '' : configOf(path.join(own, 'config.worktree')),
  ]);
  const extra = [
    { path: `${name}/config`, text: `${config}${ownConfig}[core]\n\tbare = false\n` },
    ...filesOfRefs(name, await headOf(directory), await refsOf(directory)),
  ];
  return { paths: [...located.keys()], located, extra };
}

async function configOf(file: string): Promise<string> {
  const found = await stat(onDisk(file)).catch(() => undefined);
  return found ? withoutCredentials(file, OF_LINKS) : '';
}

/** Symbolic refs, such as `refs/remotes/origin/HEAD`, cannot be packed. */
function filesOfRefs(name: string, head: string, refs: readonly Ref[]): readonly VirtualFile[] {
  const packed = refs.flatMap(({ ref, object, to }) => (to === undefined ? [`${object} ${ref}\n`] : []));
  const symbolic = refs.flatMap(({ ref, to }) =>
    to === undefined ? [] : [{ path: `${name}/${ref}`, text: `ref: ${to}\n` }],
  );
  return [
    { path: `${name}/HEAD`, text: `${head}\n` },
    { path: `${name}/packed-refs`, text: `# pack-refs with: sorted \n${packed.join('')}` },
    ...symbolic,
  ];
}

/**
 * Objects of a repository, with those that it borrows (`objects/info/alternates`).
 *
 * @param directory - absolute, named `objects`
 * @param to - its path in the copy
 * @returns absolute paths by the paths of the copy, each directory before its contents
 */
async function objectsOf(
  directory: string,
  to: string,
  seen: ReadonlySet<string> = new Set(),
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  async function visit(from: string, name: string): Promise<void> {
    found.set(name, from);
    for (const entry of await entriesOf(from)) {
      const [file, path_] = [path.join(from, entry.name), `${name}/${entry.name}`];
      if (entry.isDirectory()) await visit(file, path_);
      else if (!isUnfinished(entry.name) && !isAlternates(path_)) found.set(path_, file);
    }
  }
  await visit(directory, to);
  for (const [name, file] of await borrowedObjects(directory, to, seen)) if (!found.has(name)) found.set(name, file);
  return found;
}

/** The objects that a repository borrows, in the form of `objectsOf`; without indexes that only suit their own place. */
export async function borrowedObjects(
  directory: string,
  to: string,
  seen: ReadonlySet<string> = new Set(),
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  const text = (await textIn(path.join(directory, 'info/alternates'))) ?? '';
  const others = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  for (const other of others.map((line) => path.resolve(directory, line))) {
    if (seen.has(other)) continue;
    for (const [name, file] of await objectsOf(other, to, new Set([...seen, directory, other]))) {
      const isIndex = name.startsWith(`${to}/info/`) || name.startsWith(`${to}/pack/multi-pack-index`);
      if (!isIndex && !found.has(name)) found.set(name, file);
    }
  }
  return found;
}

/** Whether a path of the copy is the list of the repositories that another borrows from. */
export function isAlternates(name: string): boolean {
  return /(?:^|\/)objects\/info\/(?:http-)?alternates$/.test(name);
}

async function entriesOf(directory: string): Promise<readonly Dirent[]> {
  // Names of git's own making, which are ASCII; a directory may go while git collects garbage.
  const entries = await readdir(onDisk(directory), { withFileTypes: true }).catch(() => []);
  return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function textIn(file: string): Promise<string | undefined> {
  return readFile(onDisk(file)).then(
    (bytes) => nameOf(bytes).replace(/\n+$/, ''),
    () => undefined,
  );
}

async function real(file: string): Promise<string> {
  return nameOf(await realpath(onDisk(file), 'buffer'));
}
