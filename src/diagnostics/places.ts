import path from 'node:path';
import { insideOf } from '../paths.js';
import type { Diagnostic, PrintedDiagnostic } from './diagnostic.js';

/** What is known of the checkout, to find a diagnostic's file in it. */
export interface Checkout {
  /** Where it lies in the container. */
  readonly root: string;
  /** The project's directory there. */
  readonly cwd: string;
  /** Everything in it, files and directories, relative. */
  readonly paths: ReadonlySet<string>;
  /** Directories of applications in the container, by name; empty where Mix did not come to say them. */
  readonly applications: ReadonlyMap<string, string>;
}

/**
 * A diagnostic with its file relative to the repository; undefined where the file is none of the repository's own:
 * outside of it, in a `deps` directory, or not to be told from another of that name.
 */
export function placed(found: Diagnostic | PrintedDiagnostic, checkout: Checkout): Diagnostic | undefined {
  const { severity, line, column, message } = found;
  const file = fileOf(found, checkout);
  if (file === undefined || isDependency(file, checkout.paths)) return undefined;
  return { severity, file: withoutPrefix(file, repositoryOf(checkout)), line, column, message };
}

/** The file relative to the checkout: the one that exists of what it may be. */
function fileOf(found: Diagnostic | PrintedDiagnostic, checkout: Checkout): string | undefined {
  const existing = (bases: readonly string[]): readonly string[] => {
    const files = bases.map((base) => insideOf(checkout.root, path.posix.resolve(base, found.file)));
    return [...new Set(files)].flatMap((file) => (file !== undefined && checkout.paths.has(file) ? [file] : []));
  };
  const files = basesOf(found, checkout).map(existing);
  const [only, another] = files.find(({ length }) => length > 0) ?? [];
  return another === undefined ? only : undefined;
}

/** The directories that the file may be relative to, the likeliest group first. */
function basesOf(found: Diagnostic | PrintedDiagnostic, checkout: Checkout): readonly (readonly string[])[] {
  const { cwd, applications, root, paths } = checkout;
  if (path.posix.isAbsolute(found.file) || !('application' in found)) return [[cwd]];
  const { application, directory } = found;
  if (directory !== undefined) return [[path.posix.resolve(cwd, directory)]];
  const anywhere = applications.size === 0 ? [cwd] : [...applications.values()];
  if (application === undefined) return [anywhere];
  const known = applications.get(application);
  // Errors come by another stream than names of applications, and may overtake them.
  if (known !== undefined) return insideOf(root, known) === undefined ? [] : [[known], anywhere];
  if (applications.size > 0) return [];
  // Mix ended before it said where applications are: directories are mostly named as they are.
  const named = [...paths].filter((each) => each === application || each.endsWith(`/${application}`));
  return [named.length === 0 ? [cwd] : named.map((each) => path.posix.join(root, each))];
}

/** Whether a file lies in a `deps` directory beside a `mix.exs`. */
function isDependency(file: string, paths: ReadonlySet<string>): boolean {
  return [...file.matchAll(/(?<=^|\/)deps\//g)].some(({ index }) => paths.has(`${file.slice(0, index)}mix.exs`));
}

/** The directory of the repository that the project is in: not the checkout itself, where that holds several. */
function repositoryOf({ root, cwd, paths }: Checkout): string {
  for (let directory = insideOf(root, cwd) ?? ''; directory !== ''; directory = parentOf(directory)) {
    if (paths.has(`${directory}/.git`)) return directory;
  }
  return '';
}

function parentOf(directory: string): string {
  const parent = path.posix.dirname(directory);
  return parent === '.' ? '' : parent;
}

function withoutPrefix(file: string, directory: string): string {
  return directory !== '' && file.startsWith(`${directory}/`) ? file.slice(directory.length + 1) : file;
}
