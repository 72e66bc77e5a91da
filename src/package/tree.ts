import { chmodSync } from 'node:fs';
import { mkdir, symlink } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { UnpackSync, type ReadEntry } from 'tar';

/** Whether an entry stays out, by its path below the top level of the archive. */
export type LeaveOut = (path: string) => boolean;

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
  /** Permissions as they were in the container, with the bits for set-user-id and the like. */
  readonly mode: number;
  /** Of a symbolic link what it holds; of a hard link the path of the entry that it is the same file as. */
  readonly linkpath?: string;
}

/** Who is told what is unpacked, as it comes. */
export interface EntryListener {
  entry(entry: TreeEntry, size: number): void;
  /** A part of the content of the entry that was told last. */
  content(chunk: Buffer): void;
  /** Resolves when more may come. */
  ready(): Promise<void>;
}

/**
 * Unpacks the tar stream of one directory into `directory`, without the archive's top level: modes, times and symbolic
 * links as they are, owned by this user.
 *
 * Symbolic links are made last, and here: so no entry can be written through one, and the package, which refuses every
 * target outside `directory`, does not see them. Modes are set last, too: the package leaves them to the umask.
 *
 * @returns the entries, each directory before what it holds and otherwise in the order of their names, in whatever order
 *   they came; of the names of one file, the first is the file and the others are links to it
 * @throws the file system's error, or one for an entry that would land outside `directory`, or for an archive that
 *   breaks off
 */
export async function unpackTree(
  archive: Readable,
  directory: string,
  leaveOut: LeaveOut,
  onlooker?: EntryListener,
): Promise<readonly TreeEntry[]> {
  await mkdir(directory, { recursive: true });
  const entries = new Map<string, TreeEntry>();
  // Thousands of small files: written one after another, they take two thirds of the time.
  const unpack = new UnpackSync({
    cwd: directory,
    strip: 1,
    strict: true,
    preserveOwner: false,
    filter: (name, entry) => {
      const below = belowTop(name);
      if (below === '' || leaveOut(below)) return below === '';
      const read = toEntry(below, entry as ReadEntry);
      entries.set(below, read);
      onlooker?.entry(read, entry.size);
      return read.type !== 'SymbolicLink';
    },
  });
  // After the package's own listener: what it does not get, nobody gets.
  if (onlooker) unpack.on('entry', (entry: ReadEntry) => entry.on('data', (chunk) => onlooker.content(chunk)));
  const seen = { whole: false };
  unpack.on('eof', () => {
    seen.whole = true;
  });
  await pipeline(
    onlooker ? Readable.from(paced(archive, onlooker)) : archive,
    unpack as unknown as NodeJS.WritableStream,
  );
  if (!seen.whole) throw new Error('the archive breaks off');
  const sorted = inOrder([...entries.values()]);
  for (const { path: name, type, linkpath } of sorted) {
    if (type !== 'SymbolicLink') continue;
    if (path.isAbsolute(name) || name.split('/').includes('..')) throw new Error(`the archive has an entry ${name}`);
    const place = path.join(directory, name);
    await mkdir(path.dirname(place), { recursive: true });
    await symlink(linkpath ?? '', place);
  }
  for (const { path: name, type, mode } of sorted.toReversed()) {
    if (type === 'File' || type === 'Directory') chmodSync(path.join(directory, name), mode & 0o777);
  }
  return sorted;
}

async function* paced(archive: Readable, onlooker: EntryListener): AsyncGenerator<Buffer, void> {
  for await (const chunk of archive as AsyncIterable<Buffer>) {
    yield chunk;
    await onlooker.ready();
  }
}

function toEntry(below: string, { type, mode = 0o644, linkpath }: ReadEntry): TreeEntry {
  const kind = type === 'Directory' || type === 'SymbolicLink' || type === 'Link' ? type : 'File';
  // A hard link names its target from the top of the archive; a symbolic link does not.
  const target = kind === 'Link' ? belowTop(linkpath ?? '') : linkpath;
  const isLink = kind === 'Link' || kind === 'SymbolicLink';
  return { path: below, type: kind, mode: mode & 0o7777, ...(isLink ? { linkpath: target ?? '' } : {}) };
}

/** By name, level by level: so that `a/b` comes right after `a`, and before `a-b`. */
function inOrder(entries: readonly TreeEntry[]): readonly TreeEntry[] {
  const key = ({ path: name }: TreeEntry): string => name.replaceAll('/', '\0');
  const sorted = entries.map((entry) => [key(entry), entry] as const).sort(([a], [b]) => (a < b ? -1 : 1));
  // Which name of a file is a link is the engine's choice: here it is every one but the first.
  const first = new Map<string, string>();
  const inodeOf = ({ path: name, type, linkpath }: TreeEntry): string => (type === 'Link' ? (linkpath ?? '') : name);
  const linked = new Set(entries.filter(({ type }) => type === 'Link').map(inodeOf));
  const modes = new Map(entries.map((entry) => [entry.path, entry.mode]));
  return sorted.map(([, entry]) => {
    const file = inodeOf(entry);
    if (!linked.has(file) || entry.type === 'Directory' || entry.type === 'SymbolicLink') return entry;
    const mode = modes.get(file) ?? entry.mode;
    const named = first.get(file);
    if (named !== undefined) return { path: entry.path, type: 'Link', mode, linkpath: named };
    first.set(file, entry.path);
    return { path: entry.path, type: 'File', mode };
  });
}
