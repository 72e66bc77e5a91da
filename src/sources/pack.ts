import { Readable } from 'node:stream';
import { Pack, type WriteEntry } from 'tar';
import { MixReleaseError, messageOf } from '../errors.js';
import { NoLinks, writtenBy, type Ownership } from '../archive/entries.js';
import { streamOf } from '../archive/stream.js';
import { addFiles, type VirtualFile } from '../archive/files.js';
import type { DatedFile } from './times.js';

/** What goes into the container in one stream. */
export interface SourceArchive {
  /** Absolute root of `paths`. */
  readonly checkout: string;
  readonly paths: readonly string[];
  /** Files that are not in the checkout. */
  readonly extra: readonly VirtualFile[];
  readonly owner: Ownership;
  /** Time of every entry, but for those in `kept`. */
  readonly mtime: Date;
  /** Files with times of their own: see `timesOf`. One that has changed since is an error. */
  readonly kept?: ReadonlyMap<string, DatedFile>;
}

/** Bytes read from a file at a time: what is under way in the streams is some twenty of these. */
const READ_SIZE = 256 * 1024;

/** The sources as a tar stream; nothing is held in memory but the list of names. */
export function packSources(archive: SourceArchive): Readable {
  return Readable.from(failingClearly(archive));
}

function packOf(archive: SourceArchive): Pack {
  const pack = new Pack({
    cwd: archive.checkout,
    mtime: archive.mtime,
    noDirRecurse: true,
    preservePaths: true,
    strict: true,
    // Files from memory count as jobs from the beginning, and would keep all others waiting.
    jobs: 4 + archive.extra.length,
    linkCache: new NoLinks(),
    maxReadSize: READ_SIZE,
    onWriteEntry: writtenAs(archive),
  });
  for (const path of archive.paths) pack.add(path);
  addFiles(
    pack,
    archive.extra.map((file) => ({ ...file, ...archive.owner })),
    archive.mtime,
  );
  pack.end();
  return pack;
}

function writtenAs({ owner, kept }: SourceArchive): (entry: WriteEntry) => void {
  const own = writtenBy(owner);
  return (entry) => {
    const dated = kept?.get(entry.path);
    const { stat } = entry;
    if (dated && stat && (stat.size !== dated.size || stat.mtimeMs !== dated.mtimeMs)) {
      entry.emit('error', new Error(`${entry.path} changed while it was read`));
    }
    if (dated) entry.mtime = dated.time;
    own(entry);
  };
}

async function* failingClearly(archive: SourceArchive): AsyncGenerator<Buffer> {
  try {
    // Made here and not earlier: an error that comes before anybody reads would end this program.
    yield* streamOf(packOf(archive));
  } catch (error) {
    throw new MixReleaseError('sources-unreadable', {
      what: `the sources cannot be read: ${messageOf(error)}`,
      next: 'Give this user read access to the whole checkout, and let nothing change it during the build.',
      cause: error,
    });
  }
}
