import { Transform, type TransformCallback } from 'node:stream';
import { createGzip, createZstdCompress } from 'node:zlib';

/** How a release tarball is compressed; the name is its ending. */
export type TarballFormat = 'tar.gz' | 'tar.zst';

export const FORMATS: readonly TarballFormat[] = ['tar.gz', 'tar.zst'];

/** Where the header of gzip names the system that it was written on (RFC 1952, 2.3), and the number for "unknown". */
const SYSTEM = 9;
const UNKNOWN_SYSTEM = 255;

/**
 * The streams that compress a tarball, one after the other. Of gzip's header only the magic numbers and the method are
 * set: no name, no time, and no system, so that it is the same wherever it was written. zstd runs in one thread: with
 * `ZSTD_c_nbWorkers` its stream in Node 24.21 breaks off with `stream.push() after EOF`.
 */
export function compressors(format: TarballFormat): readonly Transform[] {
  return format === 'tar.zst' ? [createZstdCompress()] : [createGzip(), new WithoutSystem()];
}

/** Passes gzip on, without the system in its header. */
class WithoutSystem extends Transform {
  #passed = 0;

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    const at = SYSTEM - this.#passed;
    if (at >= 0 && at < chunk.length) chunk[at] = UNKNOWN_SYSTEM;
    this.#passed += chunk.length;
    done(null, chunk);
  }
}
