import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { ElfError } from './error.js';

/**
 * Where the bytes of a file come from.
 *
 * It is synchronous: an audit makes a few small reads in each of hundreds of files, and waiting for each would cost
 * more than the reads.
 */
export interface Source {
  /** In bytes. */
  readonly size: number;
  /** Exactly these bytes, which the caller does not change. It is never asked for what lies outside `size`. */
  read(offset: number, length: number): Buffer;
}

/** What is in memory already. */
export function bufferSource(buffer: Buffer): Source {
  return { size: buffer.length, read: (offset, length) => buffer.subarray(offset, offset + length) };
}

/** Memory that files are read into one after another: to get some for each read, and have it collected, takes longer. */
export class ReadMemory {
  readonly #slab = Buffer.allocUnsafe(SLAB);
  #used = 0;

  /** @returns so many bytes, with anything in them; what is asked for when it is full has memory of its own */
  take(length: number): Buffer {
    if (length > SLAB - this.#used) return Buffer.allocUnsafe(length);
    this.#used += length;
    return this.#slab.subarray(this.#used - length, this.#used);
  }

  /** What was taken is taken again. */
  clear(): void {
    this.#used = 0;
  }
}

const SLAB = 4 * 1024 * 1024;

/**
 * A file on disk, open until it is disposed of. What is no regular file counts as empty, and a named pipe is not
 * waited for.
 *
 * @param memory - of one file at a time: what was read is overwritten by what is read of the next
 * @throws the file system's error, and `ElfError` from `read` when the file has become shorter
 */
export function openFile(path: string, memory = new ReadMemory()): Source & Disposable {
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stat = fstatSync(descriptor);
    return {
      size: stat.isFile() ? stat.size : 0,
      read: (offset, length) => readFully(descriptor, offset, memory.take(length)),
      [Symbol.dispose]: () => {
        closeSync(descriptor);
        memory.clear();
      },
    };
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

function readFully(descriptor: number, offset: number, buffer: Buffer): Buffer {
  const { length } = buffer;
  let done = 0;
  while (done < length) {
    const count = readSync(descriptor, buffer, done, length - done, offset + done);
    if (count === 0) throw new ElfError('truncated', offset + done, 'the file became shorter while it was read');
    done += count;
  }
  return buffer;
}
