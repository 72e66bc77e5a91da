import { createHash, hash } from 'node:crypto';
import { createReadStream, lstatSync, readFileSync, readlinkSync } from 'node:fs';
import path from 'node:path';
import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
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
  /** SHA-256 in base64url: of a file's content, of a link's target; empty for a directory. */
  readonly digest: string;
}

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
 * @param paths - relative to `checkout`
 * @throws MixReleaseError `sources-unreadable`
 */
export async function readContents(
  checkout: string,
  paths: readonly string[],
): Promise<ReadonlyMap<string, SourceEntry>> {
  const entries = new Map<string, SourceEntry>();
  const large: string[] = [];
  const readOne = (name: string): void => {
    const file = path.join(checkout, name);
    const stat = lstatSync(file);
    const status = { size: stat.size, mtimeMs: stat.mtimeMs, mode: stat.mode & 0o7777 };
    if (stat.isDirectory()) entries.set(name, { ...status, kind: 'directory', digest: '' });
    else if (stat.isSymbolicLink())
      entries.set(name, { ...status, kind: 'link', digest: digestOf(readlinkSync(file)) });
    else if (GIT_OBJECTS.test(name)) entries.set(name, { ...status, kind: 'file', digest: digestOf(name) });
    else if (stat.size > READ_AT_ONCE) large.push(name);
    else entries.set(name, { ...status, kind: 'file', digest: digestOf(readFileSync(file)) });
  };
  try {
    // Synchronous, because awaiting thousands of small files takes longer than reading them.
    for (let at = 0; at < paths.length; at += BATCH) {
      paths.slice(at, at + BATCH).forEach(readOne);
      await yieldToEventLoop();
    }
    for (const name of large) entries.set(name, await readLarge(path.join(checkout, name)));
  } catch (error) {
    throw unreadableSources(error);
  }
  return entries;
}

const digestOf = (content: string | Buffer): string => hash('sha256', content, 'base64url');

async function readLarge(file: string): Promise<SourceEntry> {
  const { size, mtimeMs, mode } = lstatSync(file);
  const content = createHash('sha256');
  for await (const chunk of createReadStream(file, { highWaterMark: READ_AT_ONCE })) content.update(chunk as Buffer);
  return { kind: 'file', size, mtimeMs, mode: mode & 0o7777, digest: content.digest('base64url') };
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
    if (!GIT_BOOKKEEPING.test(name)) whole.update(`${kind} ${mode.toString(8)} ${digest} ${name}\0`);
  }
  return whole.digest('hex');
}
