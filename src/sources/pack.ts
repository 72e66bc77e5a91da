import { lstatSync } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { virtualEntry, type VirtualFile } from '../archive/files.js';
import { archiveOf, entryAt, type WholeEntry } from '../archive/write.js';
import { sameStat, type DatedFile } from './times.js';
import { unreadableSources } from './unreadable.js';

/** What goes into the container in one stream. */
export interface SourceArchive {
  /** Absolute root of `paths`. */
  readonly checkout: string;
  readonly paths: readonly string[];
  /** Files that are not in the checkout. */
  readonly extra: readonly VirtualFile[];
  readonly owner: { readonly uid: number; readonly gid: number };
  /** Time of every entry, but for those in `kept`. */
  readonly mtime: Date;
  /** Files with times of their own: see `timesOf`. One that has changed since is an error. */
  readonly kept?: ReadonlyMap<string, DatedFile>;
}

/** The sources as a tar stream; nothing is held in memory but the list of names. */
export function packSources(archive: SourceArchive): Readable {
  return Readable.from(failingClearly(archive));
}

function* entriesOf({ checkout, paths, extra, owner, mtime, kept }: SourceArchive): Generator<WholeEntry> {
  for (const name of paths) {
    const place = path.join(checkout, name);
    const stat = lstatSync(place);
    const dated = kept?.get(name);
    if (dated && !sameStat(stat, dated)) throw new Error(`${name} changed while it was read`);
    const entry = entryAt(place, stat, { path: name, ...owner, mtime: dated?.time ?? mtime });
    if (entry) yield entry;
  }
  for (const file of extra) yield virtualEntry({ ...file, ...owner }, mtime);
}

async function* failingClearly(archive: SourceArchive): AsyncGenerator<Buffer> {
  try {
    yield* archiveOf(entriesOf(archive));
  } catch (error) {
    throw unreadableSources(error);
  }
}
