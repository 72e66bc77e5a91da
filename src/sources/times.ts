import { hash } from 'node:crypto';
import { lstatSync, readFileSync, readlinkSync } from 'node:fs';
import path from 'node:path';
import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import * as v from 'valibot';
import { valueIn } from '../json.js';
import { bytesOf, nameOf, onDisk } from '../path-bytes.js';
import { unreadableSources } from './unreadable.js';

const RECORD_FIELDS = v.pipe(
  v.object({
    /** When the sources were sent, in seconds since 1970. */
    sent: v.pipe(v.number(), v.integer()),
    /** A hash of all symbolic links. */
    links: v.string(),
    /** By path: a hash of the content, and the time that the file was given, in seconds. */
    files: v.pipe(
      v.record(v.string(), v.pipe(v.tuple([v.string(), v.pipe(v.number(), v.integer())]), v.readonly())),
      v.readonly(),
    ),
  }),
  v.readonly(),
);

/** The record's format on the state volume; a record of another version does not parse. */
const RECORD_SCHEMA = v.object({ version: v.literal(1), record: RECORD_FIELDS });

/** The sources that were last built into a build cache. */
export type SourceRecord = v.InferOutput<typeof RECORD_FIELDS>;

/** The status of a file or link when it was read; another status means that it has changed. */
export interface FileStatus {
  /** Bytes. */
  readonly size: number;
  readonly mtimeMs: number;
}

/** A file's time in the archive, and its status when that was decided. */
export interface DatedFile extends FileStatus {
  readonly time: Date;
}

export interface SourceTimes {
  /** Files with an earlier time than `fresh`. */
  readonly kept: ReadonlyMap<string, DatedFile>;
  /** The time of everything else, later than all earlier sources of the build cache. */
  readonly fresh: Date;
  /** Saved with the build cache before anything is built from these sources; see `withoutChangedFiles`. */
  readonly record: SourceRecord;
  /** The status of every file and link in the record. */
  readonly statuses: ReadonlyMap<string, FileStatus>;
}

/** Bytes. Larger files are compared by size and time instead of content, and always get a new time. */
const MAX_HASHED = 1024 * 1024;
/** The number of files to read before yielding to the event loop. */
const BATCH = 256;
const GIT_FILES = /(?:^|\/)\.git(?:\/|$)/;
/** Files whose changes Mix itself tracks, one by one. */
const MIX_SOURCES = /\.(?:exs?|[ehl]?eex|erl|hrl|xrl|yrl)$/;

/**
 * Decides the times of the sources. A file that changed since the build cache was made gets a time later than everything
 * in the cache: with an old time and an equal size, Elixir before 1.20 takes a changed file for unchanged, and the old
 * code ships. An unchanged file keeps its earlier time, so that Mix, make and cargo do not build it again.
 *
 * Files that Mix does not track (C, Rust, Makefiles, everything else) change together: if one of them is changed, added
 * or removed, all get a new time, so that a Makefile with missing dependencies does no harm. Likewise, a changed symbolic
 * link gives every file a new time.
 *
 * @param paths - relative to `checkout`
 * @param before - undefined without a record
 * @param now - by the builder's clock
 * @throws MixReleaseError `sources-unreadable`
 */
export async function timesOf(
  checkout: string,
  paths: readonly string[],
  before: SourceRecord | undefined,
  now: Date,
): Promise<SourceTimes> {
  const { files, links, statuses } = await readSources(checkout, paths);
  const fresh = Math.max(Math.floor(now.getTime() / 1000), (before?.sent ?? 0) + 1);
  const isSame = (name: string): boolean => before?.files[name]?.[0] === files.get(name)?.digest;
  const others = [...files.keys()].filter((name) => !MIX_SOURCES.test(name));
  const othersBefore = Object.keys(before?.files ?? {}).filter((name) => !MIX_SOURCES.test(name));
  const sameLinks = before?.links === links;
  const sameOthers = others.length === othersBefore.length && others.every(isSame);

  const kept = new Map<string, DatedFile>();
  const record: Record<string, readonly [string, number]> = {};
  for (const [name, { digest, size, mtimeMs }] of files) {
    const seconds = before?.files[name]?.[1];
    const keeps =
      seconds !== undefined && size <= MAX_HASHED && sameLinks && (MIX_SOURCES.test(name) ? isSame(name) : sameOthers);
    if (keeps) kept.set(name, { time: new Date(seconds * 1000), size, mtimeMs });
    record[name] = [digest, keeps ? seconds : fresh];
  }
  return { kept, fresh: new Date(fresh * 1000), record: { sent: fresh, links, files: record }, statuses };
}

/**
 * A record without the files that have changed since they were read: it is unknown which content was sent. Call it when
 * everything is sent.
 */
export function withoutChangedFiles(
  checkout: string,
  { record, statuses }: Pick<SourceTimes, 'record' | 'statuses'>,
): SourceRecord {
  const isChanged = ([name, was]: readonly [string, FileStatus]): boolean => {
    const stat = lstatSync(onDisk(path.join(checkout, name)), { throwIfNoEntry: false });
    return !stat || !sameStatus(stat, was);
  };
  const changed = new Set([...statuses].filter(isChanged).map(([name]) => name));
  const files = Object.entries(record.files).filter(([name]) => !changed.has(name));
  const links = [...changed].some((name) => !(name in record.files));
  return { ...record, files: Object.fromEntries(files), ...(links && { links: UNKNOWN_LINKS }) };
}

/** Whether a file's status is unchanged. */
export function sameStatus(now: FileStatus, was: FileStatus): boolean {
  return now.size === was.size && now.mtimeMs === was.mtimeMs;
}

/** Matches no hash of links. */
const UNKNOWN_LINKS = '';

interface HashedFile extends FileStatus {
  readonly digest: string;
}

async function readSources(
  checkout: string,
  paths: readonly string[],
): Promise<{ files: ReadonlyMap<string, HashedFile>; links: string; statuses: ReadonlyMap<string, FileStatus> }> {
  const files = new Map<string, HashedFile>();
  const statuses = new Map<string, FileStatus>();
  const links: string[] = [];
  const readOne = (name: string): void => {
    const file = onDisk(path.join(checkout, name));
    const stat = lstatSync(file);
    const { size, mtimeMs } = stat;
    if (stat.isFile() || stat.isSymbolicLink()) statuses.set(name, { size, mtimeMs });
    if (stat.isSymbolicLink()) links.push(`${name}\0${nameOf(readlinkSync(file, 'buffer'))}`);
    if (!stat.isFile()) return;
    const digest =
      size > MAX_HASHED ? `${String(size)} ${String(mtimeMs)}` : hash('sha256', readFileSync(file), 'base64url');
    files.set(name, { digest, size, mtimeMs });
  };
  const pending = paths.filter((name) => !GIT_FILES.test(name));
  try {
    // Synchronous, because awaiting thousands of small files takes longer than reading them.
    for (let at = 0; at < pending.length; at += BATCH) {
      pending.slice(at, at + BATCH).forEach(readOne);
      await yieldToEventLoop();
    }
  } catch (error) {
    throw unreadableSources(error);
  }
  return { files, statuses, links: hash('sha256', bytesOf(links.sort().join('\0')), 'base64url') };
}

/** A record as text, on one line. */
export function writeRecord(record: SourceRecord): string {
  return JSON.stringify({ version: 1, record } satisfies v.InferOutput<typeof RECORD_SCHEMA>);
}

/** @returns undefined for an invalid or incomplete record, after which every file gets a new time */
export function readRecord(text: string): SourceRecord | undefined {
  return valueIn(RECORD_SCHEMA, text)?.record;
}
