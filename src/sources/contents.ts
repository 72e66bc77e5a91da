import { createHash, hash } from 'node:crypto';
import { createReadStream, lstatSync, readFileSync, readlinkSync } from 'node:fs';
import path from 'node:path';
import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import type { VirtualFile } from '../archive/files.js';
import { directoriesAbove } from '../paths.js';
import { bytesOf, onDisk } from '../path-bytes.js';
import type { SourceList } from './list.js';
import { unreadableSources } from './unreadable.js';

/** The status of a file or link when it was read; another status means that it has changed. */
export interface FileStatus {
  /** Bytes. */
  readonly size: number;
  readonly mtimeMs: number;
}

/** A file, directory or symbolic link of the checkout. */
export interface SourceEntry extends FileStatus {
  readonly kind: 'file' | 'directory' | 'link';
  /** Permission bits. */
  readonly mode: number;
  /** Absolute path on this machine; undefined for what is written for the copy. */
  readonly file: string | undefined;
  /** SHA-256 in base64url: of a file's content, of a link's target; empty for a directory. */
  readonly digest: string;
}

/** Indexes of git, also of submodules. */
const GIT_INDEXES = /(?:^|\/)\.git\/(?:modules\/.+\/)?index$/;
/** Bytes. Larger files are read piece by piece. */
const READ_AT_ONCE = 4 * 1024 * 1024;
/** The number of files to read before yielding to the event loop. */
const BATCH = 256;
/** Git names these by a hash of their content, and never changes them. */
const GIT_OBJECTS =
  /(?:^|\/)\.git\/(?:.+\/)?objects\/(?:[0-9a-f]{2}\/[0-9a-f]{38,}|pack\/pack-[0-9a-f]{40,}\.(?:pack|idx|rev))$/;

/**
 * Reads the sources.
 *
 * @param checkout - absolute
 * @returns those of `paths` and of `extra`, with the directories that lead to them, each directory before its contents
 * @throws MixReleaseError `sources-unreadable`
 */
export async function readContents(
  checkout: string,
  { paths, located, extra, indexes }: Pick<SourceList, 'paths' | 'located' | 'extra' | 'indexes'>,
): Promise<ReadonlyMap<string, SourceEntry>> {
  // In the builder, an index also says what git passes over there: where that changes, it begins again from ours.
  const skipped = Buffer.from(JSON.stringify(indexes));
  const entries = new Map<string, SourceEntry>();
  const readOne = (name: string): void => {
    const file = located.get(name) ?? path.join(checkout, name);
    entries.set(name, readEntry(file, name));
  };
  try {
    // Synchronous, because awaiting thousands of small files takes longer than reading them.
    for (let at = 0; at < paths.length; at += BATCH) {
      paths.slice(at, at + BATCH).forEach(readOne);
      await yieldToEventLoop();
    }
    for (const [name, entry] of entries) {
      const digest = entry.digest === UNREAD ? await digestOfLarge(entry.file ?? '') : entry.digest;
      const whole =
        name.endsWith('/index') && GIT_INDEXES.test(name)
          ? digestOf(Buffer.concat([skipped, Buffer.from(digest)]))
          : digest;
      if (whole !== entry.digest) entries.set(name, { ...entry, digest: whole });
    }
  } catch (error) {
    throw unreadableSources(error);
  }
  for (const each of extra) addVirtual(entries, each);
  return entries;
}

/** The digest of a large file that is not read yet. */
const UNREAD = 'unread';

function readEntry(file: string, name: string): SourceEntry {
  const stat = lstatSync(onDisk(file));
  const status = { size: stat.size, mtimeMs: stat.mtimeMs, mode: stat.mode & 0o7777, file };
  if (stat.isDirectory()) return { ...status, kind: 'directory', digest: '' };
  if (stat.isSymbolicLink()) return { ...status, kind: 'link', digest: digestOf(readlinkSync(onDisk(file), 'buffer')) };
  if (GIT_OBJECTS.test(name)) return { ...status, kind: 'file', digest: digestOf(bytesOf(name)) };
  if (stat.size > READ_AT_ONCE) return { ...status, kind: 'file', digest: UNREAD };
  return { ...status, kind: 'file', digest: digestOf(readFileSync(onDisk(file))) };
}

const digestOf = (content: Buffer): string => hash('sha256', content, 'base64url');

async function digestOfLarge(file: string): Promise<string> {
  const content = createHash('sha256');
  const stream = createReadStream(onDisk(file), { highWaterMark: READ_AT_ONCE });
  for await (const chunk of stream) content.update(chunk as Buffer);
  return content.digest('base64url');
}

function addVirtual(entries: Map<string, SourceEntry>, virtual: VirtualFile): void {
  const status = { size: 0, mtimeMs: 0, file: undefined };
  for (const above of directoriesAbove(virtual.path)) {
    if (!entries.has(above)) entries.set(above, { ...status, kind: 'directory', mode: 0o755, digest: '' });
  }
  const content = bytesOf('text' in virtual ? virtual.text : virtual.linkTo);
  const kind = 'text' in virtual ? 'file' : 'link';
  entries.set(virtual.path, { ...status, kind, mode: kind === 'file' ? 0o644 : 0o777, digest: digestOf(content) });
}

/** Whether a file's status is unchanged. */
export function sameStatus(now: FileStatus, was: FileStatus): boolean {
  return now.size === was.size && now.mtimeMs === was.mtimeMs;
}

/** Files of git that say nothing about the sources: what it looked at when, and what people did. */
const GIT_BOOKKEEPING =
  /(?:^|\/)\.git\/(?:.+\/)?(?:index|logs(?:\/.*)?|objects(?:\/.*)?|hooks(?:\/.*)?|FETCH_HEAD|ORIG_HEAD|COMMIT_EDITMSG|description)$/;

/** A hash of everything that code can see of the sources: names, contents, modes, links, and git's references. */
export function wholeOf(entries: ReadonlyMap<string, SourceEntry>): string {
  const whole = createHash('sha256');
  for (const [name, { kind, mode, digest }] of [...entries].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (!GIT_BOOKKEEPING.test(name)) whole.update(bytesOf(`${kind} ${mode.toString(8)} ${digest} ${name}\0`));
  }
  return whole.digest('hex');
}
