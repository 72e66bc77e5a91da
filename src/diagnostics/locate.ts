import path from 'node:path';
import { relativeInside } from '../paths.js';
import type { Diagnostic, PrintedDiagnostic } from './diagnostic.js';

/** The checkout, for locating a diagnostic's file in it. */
export interface Checkout {
  /** Its path in the container. */
  readonly root: string;
  /** The project's directory in the container. */
  readonly cwd: string;
  /** Everything in it, files and directories, relative. */
  readonly paths: ReadonlySet<string>;
  /** Directories of applications in the container, by name; empty where Mix ended before it sent them. */
  readonly applications: ReadonlyMap<string, string>;
}

/**
 * A diagnostic with its file relative to the repository; undefined where the file does not belong to the repository:
 * outside of it, in a `deps` directory, or ambiguous.
 */
export function locate(found: Diagnostic | PrintedDiagnostic, checkout: Checkout): Diagnostic | undefined {
  const { severity, line, column, message } = found;
  const file = fileOf(found, checkout);
  if (file === undefined || isDependency(file, checkout.paths)) return undefined;
  return { severity, file: withoutPrefix(file, repositoryOf(checkout)), line, column, message };
}

/** The file relative to the checkout: the only candidate that exists. */
function fileOf(found: Diagnostic | PrintedDiagnostic, checkout: Checkout): string | undefined {
  const existing = (bases: readonly string[]): readonly string[] => {
    const files = bases.map((base) => relativeInside(checkout.root, path.posix.resolve(base, found.file)));
    return [...new Set(files)].flatMap((file) => (file !== undefined && checkout.paths.has(file) ? [file] : []));
  };
  const files = basesOf(found, checkout).map(existing);
  const [only, another] = files.find(({ length }) => length > 0) ?? [];
  return another === undefined ? only : undefined;
}

/** The directories that the file may be relative to, the most likely group first. */
function basesOf(found: Diagnostic | PrintedDiagnostic, checkout: Checkout): readonly (readonly string[])[] {
  const { cwd, applications, root, paths } = checkout;
  if (path.posix.isAbsolute(found.file) || !('application' in found)) return [[cwd]];
  const { application, directory } = found;
  if (directory !== undefined) return [[path.posix.resolve(cwd, directory)]];
  const anywhere = applications.size === 0 ? [cwd] : [...applications.values()];
  if (application === undefined) return [anywhere];
  const known = applications.get(application);
  // Errors come in another stream than the applications' names, and may overtake them.
  if (known !== undefined) return relativeInside(root, known) === undefined ? [] : [[known], anywhere];
  if (applications.size > 0) return [];
  // Mix ended before it sent the applications' directories: most are named like the application.
  const named = [...paths].filter((each) => each === application || each.endsWith(`/${application}`));
  return [named.length === 0 ? [cwd] : named.map((each) => path.posix.join(root, each))];
}

/** Whether a file lies in a `deps` directory beside a `mix.exs`. */
function isDependency(file: string, paths: ReadonlySet<string>): boolean {
  return [...file.matchAll(/(?<=^|\/)deps\//g)].some(({ index }) => paths.has(`${file.slice(0, index)}mix.exs`));
}

/** The directory of the project's repository; it differs from the checkout where that contains several. */
function repositoryOf({ root, cwd, paths }: Checkout): string {
  for (let directory = relativeInside(root, cwd) ?? ''; directory !== ''; directory = parentOf(directory)) {
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
