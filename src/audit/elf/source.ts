import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { ElfError } from './error.js';

/**
 * Random access to the bytes of a file.
 *
 * Synchronous: an audit makes a few small reads in each of hundreds of files, and awaiting each would cost
 * more than the reads.
 */
export interface Source {
  /** In bytes. */
  readonly size: number;
  /** Exactly these bytes; the caller does not change them. The range is always inside `size`. */
  read(offset: number, length: number): Buffer;
}

/** A source from a buffer. */
export function bufferSource(buffer: Buffer): Source {
  return { size: buffer.length, read: (offset, length) => buffer.subarray(offset, offset + length) };
}

/**
 * A reusable buffer for reading files one after another: allocating and collecting memory for each read takes longer.
 */
export class ReadMemory {
  readonly #slab = Buffer.allocUnsafe(SLAB);
  #used = 0;

  /** @returns uninitialized bytes; a separate allocation when the buffer is full */
  take(length: number): Buffer {
    if (length > SLAB - this.#used) return Buffer.allocUnsafe(length);
    this.#used += length;
    return this.#slab.subarray(this.#used - length, this.#used);
  }

  /** Makes all of the buffer available again. */
  clear(): void {
    this.#used = 0;
  }
}

const SLAB = 4 * 1024 * 1024;

/**
 * A file on disk, open until it is disposed. Anything but a regular file counts as empty, and opening a named pipe does
 * not block.
 *
 * @param memory - used by one file at a time: reading the next file overwrites its contents
 * @throws the file system's error, and `ElfError` from `read` when the file has become shorter
 */
export function openFile(path: string, memory = new ReadMemory()): Source & Disposable & { readonly mode: number } {
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stat = fstatSync(descriptor);
    return {
      size: stat.isFile() ? stat.size : 0,
      mode: stat.mode & 0o7777,
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
