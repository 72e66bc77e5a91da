import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { onDisk } from '../path-bytes.js';
import { withoutComments } from './history.js';
import { relativeInside } from '../paths.js';

/** Every text in double quotes without interpolation; comments are not told apart, which only finds more. */
const STRINGS = /"((?:[^"\\#\n]|#(?!\{))+)"/g;
/** The directory of the file, as texts and before them. */
const HERE = /#\{__DIR__\}\/?|(?<=__DIR__ *<> *")\//g;
/** The names of dependencies that are children of the same umbrella. */
const SIBLINGS = /\{\s*:([a-z_]\w*)\s*,[^{}]*\bin_umbrella:\s*true/g;

/**
 * The directories outside a project whose code it uses: path dependencies, siblings in an umbrella, and what those use.
 * They are found in the text of each `mix.exs`, as far as it names them: a path that code computes from variables is not
 * found. A file with dependencies that a `mix.exs` reads, such as `../deps.exs`, is read, too.
 *
 * @param checkout - absolute
 * @param project - absolute, inside the checkout
 * @returns relative to the checkout
 */
export async function dependenciesOutside(checkout: string, project: string): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  const seen = new Set<string>();

  async function read(file: string): Promise<void> {
    if (seen.has(file)) return;
    seen.add(file);
    const text = (await readFile(onDisk(file), 'utf8').catch(() => '')).replaceAll(HERE, './');
    const directory = path.dirname(file);
    const named = Array.from(text.matchAll(STRINGS), ([, name = '']) => name);
    const siblings = Array.from(text.matchAll(SIBLINGS), ([, name = '']) => `../${name}`);
    for (const name of [...named, ...siblings]) {
      const target = path.resolve(directory, name);
      if (relativeInside(checkout, target) === undefined) continue;
      if (target.endsWith('.exs') && (await isFile(target))) await read(target);
      // A directory above the project is an umbrella or a repository, and no dependency.
      if (relativeInside(target, project) !== undefined || !(await isFile(path.join(target, 'mix.exs')))) continue;
      if (relativeInside(project, target) === undefined) found.add(relativeInside(checkout, target) ?? '');
      await read(path.join(target, 'mix.exs'));
    }
  }

  await read(path.join(project, 'mix.exs'));
  return found;
}

/** Where a project has its dependencies and compiled code instead, as its `mix.exs` writes them out. */
const DIRECTORIES = /\b(?:deps_path|build_path):\s*"([^"#\n]+)"/g;

/**
 * The directories with other names than `deps` and `_build` that a project's `mix.exs` gives to Mix, where it writes them
 * out. What lies there is of this machine.
 *
 * @returns relative to the checkout; none that holds the project
 */
export async function mixDirectoriesOf(checkout: string, project: string): Promise<ReadonlySet<string>> {
  const text = await readFile(onDisk(path.join(project, 'mix.exs')), 'utf8').catch(() => '');
  const named = Array.from(withoutComments(text).matchAll(DIRECTORIES), ([, name = '']) => path.resolve(project, name));
  return new Set(
    named.flatMap((each) =>
      relativeInside(each, project) === undefined ? (relativeInside(checkout, each) ?? []) : [],
    ),
  );
}

async function isFile(file: string): Promise<boolean> {
  return stat(onDisk(file)).then(
    (found) => found.isFile(),
    () => false,
  );
}
