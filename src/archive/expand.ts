import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline, type Transform } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';

const ZSTD_MAGIC = 0xfd2fb528;
/** Sixteen numbers from this one on begin frames that hold no content: `pzstd` and the seekable format write such. */
const SKIPPABLE_MAGIC = 0x184d2a50;
const GZIP_MAGIC = 0x1f8b;

/**
 * The content of a `tar`, `tar.gz` or `tar.zst` file, identified by its magic bytes, as a stream: memory use does not
 * grow with the file.
 *
 * @throws the file system's error, or one for content that is damaged or breaks off
 */
export async function* expanded(file: string): AsyncGenerator<Buffer, void> {
  await using handle = await open(file);
  const { buffer } = await handle.read(Buffer.alloc(4), 0, 4, 0);
  const content = createReadStream(file) as AsyncIterable<Buffer>;
  const magic = buffer.readUInt32LE(0);
  if (magic === ZSTD_MAGIC || isSkippable(magic)) yield* unzstd(content);
  else if (buffer.readUInt16BE(0) === GZIP_MAGIC) yield* through(content, createGunzip());
  else yield* content;
}

function isSkippable(magic: number): boolean {
  return magic - (magic % 16) === SKIPPABLE_MAGIC;
}

function through(source: AsyncIterable<Buffer>, transform: Transform): AsyncIterable<Buffer> {
  // A failure destroys the transform, so its reader sees the error.
  return pipeline(source, transform, () => undefined);
}

/**
 * The content of a zstd stream. Node's own stream ends with the first frame ("stream.push() after EOF"), and an archive
 * may have many: each is given to a stream of its own.
 */
async function* unzstd(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void> {
  const bytes = byteReader(source);
  while (!(await bytes.ended())) {
    const magic = await bytes.take(4);
    if (isSkippable(magic.readUInt32LE(0))) await bytes.skip((await bytes.take(4)).readUInt32LE(0));
    else yield* through(frameOf(magic, bytes), createZstdDecompress());
  }
}

/**
 * The bytes of the frame that begins with a magic number, piece by piece.
 *
 * Format: https://www.rfc-editor.org/rfc/rfc8878#section-3.1
 */
async function* frameOf(magic: Buffer, bytes: ByteReader): AsyncGenerator<Buffer, void> {
  if (magic.readUInt32LE(0) !== ZSTD_MAGIC)
    throw new Error('the archive is damaged: no frame of zstd where one has to be');
  yield magic;
  const head = await bytes.take(1);
  yield head;
  const descriptor = head.readUInt8(0);
  const single = (descriptor >> 5) & 1;
  const dictionary = [0, 1, 2, 4][descriptor & 3] ?? 0;
  const contentSize = [single, 2, 4, 8][descriptor >> 6] ?? 0;
  yield await bytes.take(1 - single + dictionary + contentSize);
  for (let last = false; !last;) {
    const block = await bytes.take(3);
    yield block;
    const [kind, size] = [(block.readUIntLE(0, 3) >> 1) & 3, block.readUIntLE(0, 3) >> 3];
    // A block that repeats one byte is stored as that byte.
    yield await bytes.take(kind === 1 ? 1 : size);
    last = (block.readUInt8(0) & 1) === 1;
  }
  if ((descriptor & 4) === 4) yield await bytes.take(4);
}

/** Reads a stream in pieces of any size. */
interface ByteReader {
  ended(): Promise<boolean>;
  /** Exactly `count` bytes. @throws when there are fewer */
  take(count: number): Promise<Buffer>;
  /** Passes over so many bytes, and holds none of them. @throws when there are fewer */
  skip(count: number): Promise<void>;
}

function byteReader(source: AsyncIterable<Buffer>): ByteReader {
  const input = source[Symbol.asyncIterator]();
  let buffered: Buffer = Buffer.alloc(0);
  const readMore = async (): Promise<boolean> => {
    const next = await input.next();
    if (next.done === true) return false;
    buffered = buffered.length === 0 ? next.value : Buffer.concat([buffered, next.value]);
    return true;
  };
  return {
    ended: async () => {
      while (buffered.length === 0) if (!(await readMore())) return true;
      return false;
    },
    take: async (count) => {
      while (buffered.length < count) if (!(await readMore())) throw new Error('the archive is truncated');
      const taken = buffered.subarray(0, count);
      buffered = buffered.subarray(count);
      return taken;
    },
    skip: async (count) => {
      for (let left = count; left > 0;) {
        if (buffered.length === 0 && !(await readMore())) throw new Error('the archive is truncated');
        const passed = Math.min(left, buffered.length);
        buffered = buffered.subarray(passed);
        left -= passed;
      }
    },
  };
}
