import { lstatSync } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { virtualEntry, type VirtualFile } from '../archive/files.js';
import { archiveOf, entryAt, type WholeEntry } from '../archive/write.js';
import { onDisk } from '../path-bytes.js';
import { sameStatus, type FileStatus } from './contents.js';
import { unreadableSources } from './unreadable.js';

/** A file's time in the archive, and its status when that was decided. */
export interface DatedFile extends FileStatus {
  readonly time: Date;
}

/** The contents of the stream of sources. */
export interface SourceArchive {
  /** Absolute root of `paths`. */
  readonly checkout: string;
  readonly paths: readonly string[];
  /** Those of the paths that lie elsewhere on this machine, with their absolute path. */
  readonly located?: ReadonlyMap<string, string>;
  /** Directories that are not in the checkout, each before its contents. */
  readonly directories?: readonly string[];
  /** Files that are not in the checkout. */
  readonly extra: readonly VirtualFile[];
  readonly owner: { readonly uid: number; readonly gid: number };
  /** The time of every entry except those in `kept`. */
  readonly mtime: Date;
  /** Files that keep earlier times: they did not change. One that has changed since is an error. */
  readonly kept?: ReadonlyMap<string, DatedFile>;
}

/** The sources as a tar stream; only the list of names is in memory. */
export function packSources(archive: SourceArchive): Readable {
  return Readable.from(withSourceErrors(archive));
}

function* entriesOf({
  checkout,
  paths,
  located,
  directories = [],
  extra,
  owner,
  mtime,
  kept,
}: SourceArchive): Generator<WholeEntry> {
  for (const name of paths) {
    const file = located?.get(name) ?? path.join(checkout, name);
    const stat = lstatSync(onDisk(file));
    const dated = kept?.get(name);
    if (dated && !sameStatus(stat, dated)) throw new Error(`${name} changed while it was read`);
    const entry = entryAt(file, stat, { path: name, ...owner, mtime: dated?.time ?? mtime });
    if (entry) yield entry;
  }
  for (const name of directories) yield { path: name, ...owner, mtime, type: 'Directory', mode: 0o755, size: 0 };
  for (const file of extra) yield virtualEntry({ ...file, ...owner }, mtime);
}

async function* withSourceErrors(archive: SourceArchive): AsyncGenerator<Buffer> {
  try {
    yield* archiveOf(entriesOf(archive));
  } catch (error) {
    throw unreadableSources(error);
  }
}
