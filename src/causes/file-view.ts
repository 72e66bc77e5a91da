import { readdirSync, readFileSync, readlinkSync, realpathSync, statSync, type Dirent, type Stats } from 'node:fs';
import path from 'node:path';
import { ElfError } from '../audit/elf/error.js';
import { readHeader } from '../audit/elf/header.js';
import { machineName } from '../audit/elf/machines.js';
import { openFile, type Source } from '../audit/elf/source.js';
import { systemErrorCode } from '../errors.js';

/** What a file is. */
export type FileFact =
  | { readonly kind: 'missing' | 'directory' | 'unreadable' | 'lfs-pointer' }
  | { readonly kind: 'elf'; readonly machine: string; readonly bits: number }
  /** `crlf` is whether its first line ends in a carriage return. */
  | { readonly kind: 'other'; readonly crlf: boolean; readonly executable: boolean };

/** The files of a release, or of a checkout, by their absolute paths in the container. */
export interface FileView {
  /** What lies at a path; undefined for one outside. */
  at(file: string): FileFact | undefined;
  /** The line of a text file, from 1; undefined where there is none. */
  line(file: string, number: number): string | undefined;
  /** Whether an application of a release has this module, by its name in Erlang. */
  hasModule(name: string): boolean;
  /** The first symbolic link with this text, or that leads to this path, from the root; undefined where there is none. */
  linkTo(target: string): string | undefined;
}

const LFS_POINTER = 'version https://git-lfs.github.com/spec/';
/** The bytes that a file is judged by. */
const HEAD = 4096;
/** Where no link of a project lies. */
const PASSED_OVER = new Set(['.git', '_build', 'deps', 'node_modules']);
/** Entries that are looked at for a link: it is only for a better message. */
const MOST_ENTRIES = 20_000;

/**
 * Looks at files that are also in a container.
 *
 * @param directory - where they are here
 * @param root - their directory in the container
 */
export function viewOf(directory: string, root: string): FileView {
  /** The path here; undefined for one outside, where links lead included. */
  const here = (file: string): string | undefined => {
    const relative = path.posix.relative(root, path.posix.normalize(file));
    if (file.includes('\0') || isOutside(relative)) return undefined;
    const local = path.join(directory, relative);
    if (!statOf(local)) return local;
    return isOutside(path.relative(realpathSync(directory), realpathSync(local))) ? undefined : local;
  };
  return {
    at: (file) => {
      const local = here(file);
      return local === undefined ? undefined : factOf(local);
    },
    line: (file, number) => {
      const local = here(file);
      if (local === undefined || statOf(local)?.isFile() !== true) return undefined;
      return readFileSync(local, 'utf8').split('\n')[number - 1];
    },
    hasModule: (name) =>
      entriesOf(path.join(directory, 'lib')).some(
        (application) => statOf(path.join(directory, 'lib', application.name, 'ebin', `${name}.beam`)) !== undefined,
      ),
    linkTo: (target) => linkBelow(directory, target, root),
  };
}

function isOutside(relative: string): boolean {
  return relative === '..' || relative.startsWith('../') || path.isAbsolute(relative);
}

/** Undefined where there is no such file: a path that something printed may be longer than any can be. */
function statOf(file: string): Stats | undefined {
  try {
    return statSync(file, { throwIfNoEntry: false });
  } catch (error) {
    if (['ENAMETOOLONG', 'ELOOP', 'EACCES'].includes(systemErrorCode(error) ?? '')) return undefined;
    throw error;
  }
}

/** None where the directory cannot be read. */
function entriesOf(directory: string): readonly Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EACCES'].includes(systemErrorCode(error) ?? '')) return [];
    throw error;
  }
}

function factOf(file: string): FileFact {
  const stats = statOf(file);
  if (!stats) return { kind: 'missing' };
  if (stats.isDirectory()) return { kind: 'directory' };
  try {
    using source = openFile(file);
    const head = source.read(0, Math.min(HEAD, source.size)).toString('latin1');
    if (head.startsWith(LFS_POINTER)) return { kind: 'lfs-pointer' };
    const elf = elfFact(source);
    if (elf) return elf;
    const [firstLine = ''] = head.split('\n');
    return { kind: 'other', crlf: firstLine.endsWith('\r'), executable: (stats.mode & 0o111) !== 0 };
  } catch (error) {
    if (systemErrorCode(error) === 'EACCES') return { kind: 'unreadable' };
    throw error;
  }
}

function elfFact(source: Source): FileFact | undefined {
  try {
    const { header } = readHeader(source);
    return { kind: 'elf', machine: machineName(header.machine), bits: header.bits };
  } catch (error) {
    if (error instanceof ElfError) return undefined;
    throw error;
  }
}

function linkBelow(directory: string, target: string, root: string): string | undefined {
  const left = [''];
  for (let seen = 0; left.length > 0 && seen < MOST_ENTRIES;) {
    const below = left.shift() ?? '';
    for (const entry of entriesOf(path.join(directory, below))) {
      seen += 1;
      const relative = path.join(below, entry.name);
      if (entry.isDirectory() && !PASSED_OVER.has(entry.name)) left.push(relative);
      if (!entry.isSymbolicLink()) continue;
      const text = readlinkSync(path.join(directory, relative));
      if (text === target || path.posix.resolve(root, below, text) === target) return relative;
    }
  }
  return undefined;
}
