import { PassThrough } from 'node:stream';
import { isDeepStrictEqual } from 'node:util';
import { END, headerOf, paddingAfter } from '../archive/write.js';
import { compressInto, packedEntry, packTarball, type Tarball, type TarballSpec } from './tarball.js';
import type { EntryListener, TreeEntry } from './tree.js';

/** Bytes that wait to be compressed before more is asked to wait. */
const WAITING = 2 << 20;

/** A tarball that is made while its tree is unpacked. */
export interface Packing extends EntryListener {
  /**
   * The tarball, when all of the tree was seen. The same bytes as `packTarball` gives: where the entries did not come in
   * their order, it makes the tarball from what was unpacked.
   *
   * @param entries - of the tree, as `unpackTree` gives them
   */
  finish(directory: string, entries: readonly TreeEntry[]): Promise<Tarball>;
  /** Ends it without a tarball. */
  abandon(): Promise<void>;
}

/**
 * Starts a tarball. An engine hands the entries of a directory out in the order that a tarball has, so that nothing is
 * read again.
 */
export function startPacking(file: string, spec: TarballSpec): Packing {
  const stream = new PassThrough({ highWaterMark: WAITING });
  const packed = compressInto(file, stream, spec.format);
  // Told where it is waited for; that may be never.
  packed.catch(() => undefined);
  const seen: TreeEntry[] = [];
  let missing = 0;
  let padding: Buffer = Buffer.alloc(0);
  let isWhole = true;
  const close = (): void => {
    isWhole &&= missing === 0;
    if (padding.length > 0) stream.write(padding);
  };
  const abandon = async (): Promise<void> => {
    stream.destroy();
    await packed.catch(() => undefined);
  };
  return {
    entry: (entry, size) => {
      close();
      seen.push(entry);
      missing = entry.type === 'File' ? size : 0;
      padding = paddingAfter(missing);
      stream.write(headerOf(packedEntry(entry, missing, spec.mtime)));
    },
    content: (chunk) => {
      missing -= chunk.length;
      stream.write(chunk);
    },
    ready: async () => {
      // A stream that failed wants no more.
      while (stream.writableNeedDrain && !stream.destroyed) {
        await new Promise<void>((resolve) => {
          const go = (): void => {
            stream.off('drain', go).off('close', go);
            resolve();
          };
          stream.on('drain', go).on('close', go);
        });
      }
    },
    finish: async (directory, entries) => {
      close();
      if (!isWhole || !isDeepStrictEqual(seen, entries)) {
        await abandon();
        return packTarball(directory, entries, file, spec);
      }
      stream.end(END);
      return packed;
    },
    abandon,
  };
}
