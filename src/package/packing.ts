import { PassThrough } from 'node:stream';
import { isDeepStrictEqual } from 'node:util';
import { END, headerOf, paddingAfter } from '../archive/write.js';
import { compressInto, packedEntry, packTarball, type Tarball, type TarballSpec } from './tarball.js';
import type { EntryListener, TreeEntry } from './tree.js';

/** Bytes that may wait for compression before the producer has to wait. */
const MAX_BUFFERED = 2 << 20;

/** A tarball that is written while its tree is unpacked. */
export interface Packing extends EntryListener {
  /**
   * Completes the tarball after the last entry. The bytes are those of `packTarball`: where the entries did not come in
   * order, the tarball is packed again from the unpacked tree.
   *
   * @param entries - of the tree, as `unpackTree` gives them
   */
  finish(directory: string, entries: readonly TreeEntry[]): Promise<Tarball>;
  /** Stops without a tarball. */
  abandon(): Promise<void>;
}

/**
 * Starts a tarball. Engines send the entries of a directory in the tarball's order, so that usually nothing is
 * read twice.
 */
export function startPacking(file: string, spec: TarballSpec): Packing {
  const stream = new PassThrough({ highWaterMark: MAX_BUFFERED });
  const packed = compressInto(file, stream, spec.format);
  // `finish` reports a failure; without it, the rejection must not count as unhandled.
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
      // A failed stream never drains.
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
