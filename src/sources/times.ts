import { hash } from 'node:crypto';
import { lstatSync, readFileSync, readlinkSync } from 'node:fs';
import path from 'node:path';
import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import * as v from 'valibot';
import { valueIn } from '../json.js';
import { unreadableSources } from './unreadable.js';

const SENT_BEFORE = v.pipe(
  v.object({
    /** When they were sent, in seconds since 1970. */
    sent: v.pipe(v.number(), v.integer()),
    /** A hash of all symbolic links. */
    links: v.string(),
    /** By path: a hash of the content, and the time in seconds that it was dated by. */
    files: v.pipe(
      v.record(v.string(), v.pipe(v.tuple([v.string(), v.pipe(v.number(), v.integer())]), v.readonly())),
      v.readonly(),
    ),
  }),
  v.readonly(),
);

/** As it is kept with the state: of another version of this program, it is none. */
const RECORD = v.object({ version: v.literal(1), record: SENT_BEFORE });

/** What is known of the sources that a state was last made with. */
export type SentBefore = v.InferOutput<typeof SENT_BEFORE>;

/** What a file or a link looked like when it was read: one that looks otherwise has changed since. */
export interface Seen {
  /** Bytes. */
  readonly size: number;
  readonly mtimeMs: number;
}

/** How a file is dated, and what it looked like when that was decided. */
export interface DatedFile extends Seen {
  readonly time: Date;
}

export interface SourceTimes {
  /** Files that are not dated by `fresh`. */
  readonly kept: ReadonlyMap<string, DatedFile>;
  /** The time of everything else; later than that of all earlier sources of the state. */
  readonly fresh: Date;
  /** To be kept with the state, before anything is made of these sources; see `stillTrue`. */
  readonly record: SentBefore;
  /** All that the record is of. */
  readonly seen: ReadonlyMap<string, Seen>;
}

/** Bytes: larger files are told apart by size and time, as far as others depend on them, and are dated anew always. */
const LARGEST = 1024 * 1024;
/** Files that are read before anything else gets its turn. */
const AT_ONCE = 256;
const OF_GIT = /(?:^|\/)\.git(?:\/|$)/;
/** What Mix itself looks after, file by file. */
const OF_MIX = /\.(?:exs?|[ehl]?eex|erl|hrl|xrl|yrl)$/;

/**
 * Decides how sources are dated. What changed since the state was made has a time that is later than everything in it:
 * with an old time and an equal size, Elixir before 1.20 takes a changed file for unchanged, and the old code ships. What
 * did not change keeps the time that it had then, so that Mix, make and cargo do not look at it again.
 *
 * Files that Mix does not look after (C, Rust, Makefiles, everything else) are dated as one: where one of them changed,
 * came or went, all are new, so that a Makefile that knows too little of what it depends on does no harm. The same holds
 * for symbolic links and everything.
 *
 * @param paths - relative to `checkout`
 * @param before - undefined where nothing is known
 * @param now - by the builder's clock
 * @throws MixReleaseError `sources-unreadable`
 */
export async function timesOf(
  checkout: string,
  paths: readonly string[],
  before: SentBefore | undefined,
  now: Date,
): Promise<SourceTimes> {
  const { files, links, seen } = await lookAt(checkout, paths);
  const fresh = Math.max(Math.floor(now.getTime() / 1000), (before?.sent ?? 0) + 1);
  const isSame = (name: string): boolean => before?.files[name]?.[0] === files.get(name)?.digest;
  const others = [...files.keys()].filter((name) => !OF_MIX.test(name));
  const othersBefore = Object.keys(before?.files ?? {}).filter((name) => !OF_MIX.test(name));
  const sameLinks = before?.links === links;
  const sameOthers = others.length === othersBefore.length && others.every(isSame);

  const kept = new Map<string, DatedFile>();
  const record: Record<string, readonly [string, number]> = {};
  for (const [name, { digest, size, mtimeMs }] of files) {
    const seconds = before?.files[name]?.[1];
    const keeps =
      seconds !== undefined && size <= LARGEST && sameLinks && (OF_MIX.test(name) ? isSame(name) : sameOthers);
    if (keeps) kept.set(name, { time: new Date(seconds * 1000), size, mtimeMs });
    record[name] = [digest, keeps ? seconds : fresh];
  }
  return { kept, fresh: new Date(fresh * 1000), record: { sent: fresh, links, files: record }, seen };
}

/**
 * A record without what changed since it was made: of that, nobody knows which content was sent. To be asked when all is
 * sent.
 */
export function withoutChangedFiles(
  checkout: string,
  { record, seen }: Pick<SourceTimes, 'record' | 'seen'>,
): SentBefore {
  const isChanged = ([name, was]: readonly [string, Seen]): boolean => {
    const stat = lstatSync(path.join(checkout, name), { throwIfNoEntry: false });
    return !stat || !sameStat(stat, was);
  };
  const changed = new Set([...seen].filter(isChanged).map(([name]) => name));
  const files = Object.entries(record.files).filter(([name]) => !changed.has(name));
  const links = [...changed].some((name) => !(name in record.files));
  return { ...record, files: Object.fromEntries(files), ...(links && { links: UNKNOWN }) };
}

/** Whether something is as it was seen. */
export function sameStat(now: Seen, was: Seen): boolean {
  return now.size === was.size && now.mtimeMs === was.mtimeMs;
}

/** The hash of no links. */
const UNKNOWN = '';

interface Looked extends Seen {
  readonly digest: string;
}

async function lookAt(
  checkout: string,
  paths: readonly string[],
): Promise<{ files: ReadonlyMap<string, Looked>; links: string; seen: ReadonlyMap<string, Seen> }> {
  const files = new Map<string, Looked>();
  const seen = new Map<string, Seen>();
  const links: string[] = [];
  const look = (name: string): void => {
    const place = path.join(checkout, name);
    const stat = lstatSync(place);
    const { size, mtimeMs } = stat;
    if (stat.isFile() || stat.isSymbolicLink()) seen.set(name, { size, mtimeMs });
    if (stat.isSymbolicLink()) links.push(`${name}\0${readlinkSync(place)}`);
    if (!stat.isFile()) return;
    const digest =
      size > LARGEST ? `${String(size)} ${String(mtimeMs)}` : hash('sha256', readFileSync(place), 'base64url');
    files.set(name, { digest, size, mtimeMs });
  };
  const pending = paths.filter((name) => !OF_GIT.test(name));
  try {
    // Synchronous: waiting for thousands of small files takes longer than reading them.
    for (let at = 0; at < pending.length; at += AT_ONCE) {
      pending.slice(at, at + AT_ONCE).forEach(look);
      await yieldToEventLoop();
    }
  } catch (error) {
    throw unreadableSources(error);
  }
  return { files, seen, links: hash('sha256', links.sort().join('\0'), 'base64url') };
}

/** A record as text, on one line. */
export function writeRecord(record: SentBefore): string {
  return JSON.stringify({ version: 1, record } satisfies v.InferOutput<typeof RECORD>);
}

/** @returns undefined for what is no record of ours, such as one that broke off: everything is new then */
export function readRecord(text: string): SentBefore | undefined {
  return valueIn(RECORD, text)?.record;
}
