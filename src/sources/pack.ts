import { lstatSync } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { virtualEntry, type VirtualFile } from '../archive/files.js';
import { archiveOf, entryAt, type WholeEntry } from '../archive/write.js';
import { onDisk } from '../path-bytes.js';
import { sameStatus, type DatedFile } from './times.js';
import { unreadableSources } from './unreadable.js';

/** The contents of the stream of sources. */
export interface SourceArchive {
  /** Absolute root of `paths`. */
  readonly checkout: string;
  readonly paths: readonly string[];
  /** Those of the paths that lie elsewhere on this machine, with their absolute path. */
  readonly located?: ReadonlyMap<string, string>;
  /** Files that are not in the checkout. */
  readonly extra: readonly VirtualFile[];
  readonly owner: { readonly uid: number; readonly gid: number };
  /** The time of every entry except those in `kept`. */
  readonly mtime: Date;
  /** Files that keep earlier times: see `timesOf`. One that has changed since is an error. */
  readonly kept?: ReadonlyMap<string, DatedFile>;
}

/** The sources as a tar stream; only the list of names is in memory. */
export function packSources(archive: SourceArchive): Readable {
  return Readable.from(withSourceErrors(archive));
}

function* entriesOf({ checkout, paths, located, extra, owner, mtime, kept }: SourceArchive): Generator<WholeEntry> {
  for (const name of paths) {
    const file = located?.get(name) ?? path.join(checkout, name);
    const stat = lstatSync(onDisk(file));
    const dated = kept?.get(name);
    if (dated && !sameStatus(stat, dated)) throw new Error(`${name} changed while it was read`);
    const entry = entryAt(file, stat, { path: name, ...owner, mtime: dated?.time ?? mtime });
    if (entry) yield entry;
  }
  for (const file of extra) yield virtualEntry({ ...file, ...owner }, mtime);
}

async function* withSourceErrors(archive: SourceArchive): AsyncGenerator<Buffer> {
  try {
    yield* archiveOf(entriesOf(archive));
  } catch (error) {
    throw unreadableSources(error);
  }
}
