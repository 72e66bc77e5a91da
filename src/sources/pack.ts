import path from 'node:path';
import { lstatSync } from 'node:fs';
import { Readable } from 'node:stream';
import { virtualEntry, type VirtualFile } from '../archive/files.js';
import { archiveOf, entryAt, type WholeEntry } from '../archive/write.js';
import { MixReleaseError, messageOf } from '../errors.js';
import type { DatedFile } from './times.js';

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
    const dated = kept?.get(name);
    if (dated) requireUnchanged(name, place, dated);
    const entry = entryAt(place, name, { ...owner, mtime: dated?.time ?? mtime });
    if (entry) yield entry;
  }
  for (const file of extra) yield virtualEntry({ ...file, ...owner }, mtime);
}

function requireUnchanged(name: string, place: string, { size, mtimeMs }: DatedFile): void {
  const stat = lstatSync(place);
  if (stat.size !== size || stat.mtimeMs !== mtimeMs) throw new Error(`${name} changed while it was read`);
}

async function* failingClearly(archive: SourceArchive): AsyncGenerator<Buffer> {
  try {
    yield* archiveOf(entriesOf(archive));
  } catch (error) {
    throw new MixReleaseError('sources-unreadable', {
      what: `the sources cannot be read: ${messageOf(error)}`,
      next: 'Give this user read access to the whole checkout, and let nothing change it during the build.',
      cause: error,
    });
  }
}
