import { mkdtemp, lstat, readdir, readFile, readlink, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { UnpackSync, type ReadEntry } from 'tar';
import { MixReleaseError, messageOf } from '../errors.js';
import { expanded } from '../archive/expand.js';

/** The metadata of one entry. */
export interface Item {
  readonly type: string;
  /** Permissions. */
  readonly mode: number;
  readonly linkTo: string | undefined;
  /** For an entry of a tarball: the time in seconds since 1970, and `uid/gid`. */
  readonly time: number | undefined;
  readonly owner: string | undefined;
}

/** An open release: a directory, or a tarball that is unpacked until it is disposed. */
export interface OpenRelease extends AsyncDisposable {
  readonly kind: 'directory' | 'tarball';
  /** By path, with `/`. */
  readonly items: ReadonlyMap<string, Item>;
  /** The content of a file. */
  read(path: string): Promise<Buffer>;
}

/** @throws MixReleaseError `not-a-release` for anything else, or where it cannot be read */
export async function openRelease(release: string): Promise<OpenRelease> {
  try {
    return (await stat(release)).isDirectory() ? await openDirectory(release) : await openTarball(release);
  } catch (error) {
    throw new MixReleaseError('not-a-release', {
      what: `${release} cannot be read as a release: ${messageOf(error)}`,
      next: 'Name an unpacked release or a tarball: tar, tar.gz or tar.zst.',
      cause: error,
    });
  }
}

async function openDirectory(root: string): Promise<OpenRelease> {
  const items = new Map<string, Item>();
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name);
    const isLink = entry.isSymbolicLink();
    items.set(path.relative(root, file).split(path.sep).join('/'), {
      type: isLink ? 'SymbolicLink' : entry.isDirectory() ? 'Directory' : 'File',
      mode: (await lstat(file)).mode & 0o7777,
      linkTo: isLink ? await readlink(file) : undefined,
      time: undefined,
      owner: undefined,
    });
  }
  const read = (name: string): Promise<Buffer> => readFile(path.join(root, name));
  return { kind: 'directory', items, read, [Symbol.asyncDispose]: () => Promise.resolve() };
}

async function openTarball(file: string): Promise<OpenRelease> {
  const directory = await mkdtemp(path.join(tmpdir(), 'mix-release-diff-'));
  const remove = (): Promise<void> => rm(directory, { recursive: true, force: true });
  const items = new Map<string, Item>();
  try {
    const state = { whole: false };
    const unpack = new UnpackSync({
      cwd: directory,
      strict: true,
      preserveOwner: false,
      filter: (name, entryOrStat) => {
        const entry = entryOrStat as ReadEntry;
        const below = name.replace(/^\.\//, '').replace(/\/$/, '');
        if (below === '.' || below === '') return false;
        items.set(below, {
          // A hard link counts as a file of its own.
          type: entry.type === 'Link' || entry.type === 'OldFile' ? 'File' : entry.type,
          mode: (entry.mode ?? 0) & 0o7777,
          linkTo: entry.type === 'SymbolicLink' ? entry.linkpath : undefined,
          time: entry.mtime && entry.mtime.getTime() / 1000,
          owner: `${String(entry.uid ?? 0)}/${String(entry.gid ?? 0)}`,
        });
        return entry.type !== 'SymbolicLink';
      },
    });
    unpack.on('eof', () => {
      state.whole = true;
    });
    await pipeline(Readable.from(expanded(file)), unpack as unknown as NodeJS.WritableStream);
    if (!state.whole) throw new Error('it is not an archive, or is truncated');
    const read = (name: string): Promise<Buffer> => readFile(path.join(directory, name));
    return { kind: 'tarball', items, read, [Symbol.asyncDispose]: remove };
  } catch (error) {
    await remove();
    throw error;
  }
}
