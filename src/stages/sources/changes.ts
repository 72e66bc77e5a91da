import path from 'node:path';
import { SOURCES } from '../../builder/layout.js';
import { fetchedPlaces, keptDirectories, type Kept } from '../../cache/kept.js';
import type { SourceEntry } from '../../sources/contents.js';
import { directoriesAbove } from '../../paths.js';
import type { Checkout, Present } from './look.js';
import type { SentFile, SentFiles } from './sent-files.js';

/** What brings the builder's checkout up to date. */
export interface Changes {
  /** Paths to remove; nothing below another one. */
  readonly remove: readonly string[];
  /** Paths to send, each directory before its contents. */
  readonly send: readonly string[];
  /** The time of each file that is sent and did not change, in seconds: Mix compares times. */
  readonly times: ReadonlyMap<string, number>;
  /** The time of everything else, in seconds: later than that of all earlier sources. */
  readonly fresh: number;
}

/**
 * Compares the sources with the builder's checkout. A file is sent unless it is there as it was sent: an inode or a change
 * time that differs means that code of the project touched it.
 *
 * A file whose content changed gets a time later than everything that was there: with an old time and an equal size, Elixir
 * before 1.20 takes a changed file for unchanged, and the old code ships.
 *
 * @param wanted - the sources, each directory before its contents
 * @param now - by the builder's clock, in seconds
 */
export function changesOf(
  wanted: ReadonlyMap<string, SourceEntry>,
  { sent, kept, present }: Checkout,
  now: number,
): Changes {
  // What a link leads to may be another file of the same size with an old time.
  const before = sent && !linksDiffer(wanted, sent) ? sent : undefined;
  const latest = [...(sent ?? new Map<string, SentFile>()).values()].reduce(
    (max, { mtime }) => Math.max(max, mtime),
    0,
  );
  const fresh = Math.max(now, latest + 1);
  const places = keptDirectories(kept).map((each) => path.posix.relative(SOURCES, each));
  const staying = new Set(
    sent ? [...kept.outputs, ...places].flatMap((each) => [each, ...directoriesAbove(each)]) : [],
  );

  const remove: string[] = [...inPlaceOf(wanted, kept)];
  const removed = new Set<string>(remove);
  for (const [name, { kind }] of present) {
    const isGone = wanted.has(name) ? wanted.get(name)?.kind !== kind : !staying.has(name);
    const parent = path.posix.dirname(name);
    if (removed.has(parent)) removed.add(name);
    else if (isGone) {
      removed.add(name);
      remove.push(name);
    }
  }

  const send: string[] = [];
  const times = new Map<string, number>();
  for (const [name, entry] of wanted) {
    const there = removed.has(name) ? undefined : present.get(name);
    const was = before?.get(name);
    if (there && isUntouched(entry, there, was)) continue;
    send.push(name);
    if (was?.digest === entry.digest) times.set(name, was.mtime);
  }
  return { remove, send, times, fresh };
}

/** Fetched dependencies that are sources now, with all that is in their directories: nothing of them was looked at. */
function inPlaceOf(wanted: ReadonlyMap<string, SourceEntry>, kept: Kept): ReadonlySet<string> {
  const wholes = Object.values(kept.places).flatMap(({ deps }) => (deps === undefined ? [] : [deps]));
  const found = new Set<string>();
  for (const place of new Set(fetchedPlaces(kept))) {
    const name = path.posix.relative(SOURCES, place);
    for (const each of wanted.keys()) {
      if (!each.startsWith(`${name}/`) && each !== name) continue;
      if (!wholes.includes(place)) found.add(name);
      else if (each !== name) found.add(`${name}/${each.slice(name.length + 1).split('/')[0] ?? ''}`);
    }
  }
  return found;
}

/** Whether a symbolic link was added, removed or changed. */
function linksDiffer(wanted: ReadonlyMap<string, SourceEntry>, sent: SentFiles): boolean {
  const now = [...wanted].filter(([, { kind }]) => kind === 'link');
  const links = [...sent.values()].filter(({ isLink }) => isLink).length;
  return now.length !== links || now.some(([name, { digest }]) => sent.get(name)?.digest !== digest);
}

function isUntouched({ kind, mode, digest }: SourceEntry, there: Present, before: SentFile | undefined): boolean {
  if (there.kind !== kind) return false;
  const sameMode = kind === 'link' || there.mode === mode.toString(8);
  if (kind === 'directory') return sameMode;
  if (!before) return false;
  const { inode, ctime, size } = before;
  const same = there.inode === inode && there.ctime === ctime && there.size === size && digest === before.digest;
  return same && sameMode;
}
