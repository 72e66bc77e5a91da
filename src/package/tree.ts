import { chmodSync } from 'node:fs';
import { mkdir, symlink } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { UnpackSync, type ReadEntry } from 'tar';
import { losesRights, shippedMode, unpackedMode, type KeepsMode } from './modes.js';

/** Whether to skip an entry, by its path below the archive's top level. */
export type EntryFilter = (path: string) => boolean;

/** The path of an entry below the top level of its archive; empty for the top level itself. */
export function belowTop(path: string): string {
  const [, ...below] = path.replace(/\/$/, '').split('/');
  return below.join('/');
}

/** One entry of an unpacked release. */
export interface TreeEntry {
  /** Below the top of the release, with `/`. */
  readonly path: string;
  readonly type: 'File' | 'Directory' | 'SymbolicLink' | 'Link';
  /** The mode that it ships with. */
  readonly mode: number;
  /** Set where the program had set-user-ID or set-group-ID in the container, and ships without. */
  readonly lostRights?: true;
  /** The target of a symbolic link; for a hard link, the path of the entry that it links to. */
  readonly linkpath?: string;
}

/** Receives the entries while they are unpacked. */
export interface EntryListener {
  entry(entry: TreeEntry, size: number): void;
  /** A chunk of the content of the last entry. */
  content(chunk: Buffer): void;
  /** Resolves when the listener can take more. */
  ready(): Promise<void>;
}

const keepsNone: KeepsMode = () => false;

/**
 * Unpacks the tar stream of one directory into `directory`, without the archive's top level. It keeps times and
 * symbolic links; modes become those of a release; the files belong to this user.
 *
 * Symbolic links are created last, by this function: so no entry can be written through one, and the tar package, which
 * refuses every target outside `directory`, does not see them. Modes are set last, too: the package applies the umask.
 *
 * @param keepsMode - the entries whose modes stay as they are in the archive
 * @returns the entries, each directory before its entries and otherwise sorted by name, independent of the order in
 *   the archive; of several names of one file, the first is the file and the others are links to it
 * @throws the file system's error, or an error for an entry outside `directory`, or for an archive that
 *   is truncated
 */
export async function unpackTree(
  archive: Readable,
  directory: string,
  skip: EntryFilter,
  listener?: EntryListener,
  keepsMode = keepsNone,
): Promise<readonly TreeEntry[]> {
  await mkdir(directory, { recursive: true });
  const entries = new Map<string, TreeEntry>();
  // For thousands of small files, synchronous writes take two thirds of the time.
  const unpack = new UnpackSync({
    cwd: directory,
    strip: 1,
    strict: true,
    preserveOwner: false,
    filter: (name, entry) => {
      const below = belowTop(name);
      if (below === '' || skip(below)) return below === '';
      const read = toEntry(below, entry as ReadEntry);
      entries.set(below, read);
      listener?.entry(shipped(read, isKept(read, keepsMode)), entry.size);
      return read.type !== 'SymbolicLink';
    },
  });
  // Added after the package's own listener, which gets the data first.
  if (listener) unpack.on('entry', (entry: ReadEntry) => entry.on('data', (chunk) => listener.content(chunk)));
  const state = { whole: false };
  unpack.on('eof', () => {
    state.whole = true;
  });
  await pipeline(
    listener ? Readable.from(withBackpressure(archive, listener)) : archive,
    unpack as unknown as NodeJS.WritableStream,
  );
  if (!state.whole) throw new Error('the archive is truncated');
  const sorted = sortEntries([...entries.values()], keepsMode);
  for (const { path: name, type, linkpath } of sorted) {
    if (type !== 'SymbolicLink') continue;
    if (path.isAbsolute(name) || name.split('/').includes('..')) throw new Error(`the archive has an entry ${name}`);
    const destination = path.join(directory, name);
    await mkdir(path.dirname(destination), { recursive: true });
    await symlink(linkpath ?? '', destination);
  }
  for (const { path: name, type, mode } of sorted.toReversed()) {
    if (type === 'File' || type === 'Directory') chmodSync(path.join(directory, name), unpackedMode(type, mode));
  }
  chmodSync(directory, 0o755);
  return sorted;
}

async function* withBackpressure(archive: Readable, listener: EntryListener): AsyncGenerator<Buffer, void> {
  for await (const chunk of archive as AsyncIterable<Buffer>) {
    yield chunk;
    await listener.ready();
  }
}

function toEntry(below: string, { type, mode = 0o644, linkpath }: ReadEntry): TreeEntry {
  const kind = type === 'Directory' || type === 'SymbolicLink' || type === 'Link' ? type : 'File';
  // A hard link's target is relative to the archive's root; a symbolic link's is not.
  const target = kind === 'Link' ? belowTop(linkpath ?? '') : linkpath;
  const isLink = kind === 'Link' || kind === 'SymbolicLink';
  return { path: below, type: kind, mode: mode & 0o7777, ...(isLink ? { linkpath: target ?? '' } : {}) };
}

/** The entry as it ships. */
function shipped(entry: TreeEntry, kept: boolean): TreeEntry {
  const mode = kept ? entry.mode : shippedMode(entry.type, entry.mode);
  const lost = losesRights(entry.type, entry.mode, mode);
  return { ...entry, mode, ...(lost ? { lostRights: true } : {}) };
}

function isKept({ path: name, type }: TreeEntry, keepsMode: KeepsMode): boolean {
  return type !== 'SymbolicLink' && keepsMode(name, type === 'Directory');
}

/**
 * Sorted by name, level by level: `a/b` comes right after `a`, and before `a-b`. A file of several names keeps its mode
 * where any of them says so.
 *
 * @param entries - with the modes of the archive
 */
function sortEntries(entries: readonly TreeEntry[], keepsMode: KeepsMode): readonly TreeEntry[] {
  const key = ({ path: name }: TreeEntry): string => name.replaceAll('/', '\0');
  const sorted = entries.map((entry) => [key(entry), entry] as const).sort(([a], [b]) => (a < b ? -1 : 1));
  // The engine chooses which names of a file are links; here, all names but the first are.
  const first = new Map<string, string>();
  const fileOf = ({ path: name, type, linkpath }: TreeEntry): string => (type === 'Link' ? (linkpath ?? '') : name);
  const linked = new Set(entries.filter(({ type }) => type === 'Link').map(fileOf));
  const modes = new Map(entries.map((entry) => [entry.path, entry.mode]));
  const kept = new Set(entries.filter((entry) => isKept(entry, keepsMode)).map(fileOf));
  return sorted.map(([, entry]) => {
    const file = fileOf(entry);
    if (!linked.has(file) || entry.type === 'Directory' || entry.type === 'SymbolicLink') {
      return shipped(entry, kept.has(file));
    }
    const mode = modes.get(file) ?? entry.mode;
    const named = first.get(file);
    if (named !== undefined) return shipped({ path: entry.path, type: 'Link', mode, linkpath: named }, kept.has(file));
    first.set(file, entry.path);
    return shipped({ path: entry.path, type: 'File', mode }, kept.has(file));
  });
}
