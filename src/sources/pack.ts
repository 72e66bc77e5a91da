import { Readable } from 'node:stream';
import { Pack } from 'tar';
import { MixReleaseError, messageOf } from '../errors.js';
import { writtenBy, type Ownership } from '../archive/entries.js';
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

/** The sources as a tar stream; nothing is held in memory but the list of names. */
export function packSources(archive: SourceArchive): Readable {
  const pack = new Pack({
    cwd: archive.checkout,
    mtime: archive.mtime,
    noDirRecurse: true,
    preservePaths: true,
    strict: true,
    onWriteEntry: writtenBy(archive.owner),
  });
  for (const path of archive.paths) pack.add(path);
  addFiles(
    pack,
    archive.extra.map((file) => ({ ...file, ...archive.owner })),
    archive.mtime,
  );
  pack.end();
  return Readable.from(failingClearly(pack));
}

async function* failingClearly(pack: Pack): AsyncGenerator<Buffer> {
  try {
    yield* pack;
  } catch (error) {
    throw new MixReleaseError('sources-unreadable', {
      what: `the sources cannot be read: ${messageOf(error)}`,
      next: 'Give this user read access to the whole checkout, and let nothing change it during the build.',
      cause: error,
    });
  }
}
