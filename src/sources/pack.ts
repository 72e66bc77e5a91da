import { Readable } from 'node:stream';
import { Pack } from 'tar';
import { MixReleaseError, messageOf } from '../errors.js';
import { NoLinks, writtenBy, type Ownership } from '../archive/entries.js';
import { streamOf } from '../archive/stream.js';
import { addFiles, type VirtualFile } from '../archive/files.js';

/** What goes into the container in one stream. */
export interface SourceArchive {
  /** Absolute root of `paths`. */
  readonly checkout: string;
  readonly paths: readonly string[];
  /** Files that are not in the checkout. */
  readonly extra: readonly VirtualFile[];
  readonly owner: Ownership;
  /**
   * Time of every entry. It must be later than any earlier build of the same state by the builder's clock: with an old
   * time and an equal size, Elixir before 1.20 takes a changed file for unchanged, and the old code ships.
   */
  readonly mtime: Date;
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
    onWriteEntry: writtenBy(archive.owner),
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
