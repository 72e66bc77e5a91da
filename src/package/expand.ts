import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { promisify } from 'node:util';
import { createGunzip, zstdDecompress } from 'node:zlib';

const unzstd = promisify<Buffer, Buffer>(zstdDecompress);
const ZSTD_MAGIC = 0xfd2fb528;

/**
 * The content of a `tar`, `tar.gz` or `tar.zst` file, told apart by the first bytes.
 *
 * @throws the file system's error, or one for content that is damaged or breaks off
 */
export async function* expanded(file: string): AsyncGenerator<Buffer, void> {
  await using handle = await open(file);
  const { buffer } = await handle.read(Buffer.alloc(4), 0, 4, 0);
  if (buffer.readUInt32LE(0) === ZSTD_MAGIC) {
    for await (const frame of framesOf(createReadStream(file))) yield await unzstd(frame);
  } else if (buffer.readUInt16BE(0) === 0x1f8b) {
    const gunzip = createGunzip();
    createReadStream(file)
      .on('error', (error) => gunzip.destroy(error))
      .pipe(gunzip);
    yield* gunzip as AsyncIterable<Buffer>;
  } else {
    yield* createReadStream(file) as AsyncIterable<Buffer>;
  }
}

/**
 * The frames of a zstd stream, each whole. Node's own stream ends with the first one ("stream.push() after EOF"), and an
 * archive of ours has many. Frames are as long as what made them chose; ours hold 4 MiB.
 *
 * Format: https://www.rfc-editor.org/rfc/rfc8878#section-3.1
 */
export async function* framesOf(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void> {
  const input = source[Symbol.asyncIterator]();
  let held: Buffer[] = [];
  let length = 0;
  const need = async (bytes: number): Promise<Buffer> => {
    while (length < bytes) {
      const next = await input.next();
      if (next.done === true) throw new Error('the archive breaks off');
      held.push(next.value);
      length += next.value.length;
    }
    const whole = held.length === 1 ? (held[0] ?? Buffer.alloc(0)) : Buffer.concat(held);
    held = [whole];
    return whole;
  };
  for (;;) {
    if (length === 0) {
      const next = await input.next();
      if (next.done === true) return;
      held = [next.value];
      length = next.value.length;
      continue;
    }
    const end = await endOfFrame(need);
    const whole = await need(end);
    yield whole.subarray(0, end);
    held = [whole.subarray(end)];
    length -= end;
  }
}

/** Where the frame that `need` begins with ends, in bytes. */
async function endOfFrame(need: (bytes: number) => Promise<Buffer>): Promise<number> {
  const head = await need(8);
  if (head.readUInt32LE(0) !== ZSTD_MAGIC)
    throw new Error('the archive is damaged: no frame of zstd where one has to be');
  const descriptor = head.readUInt8(4);
  const single = (descriptor >> 5) & 1;
  const dictionary = [0, 1, 2, 4][descriptor & 3] ?? 0;
  const contentSize = [single, 2, 4, 8][descriptor >> 6] ?? 0;
  let at = 5 + (1 - single) + dictionary + contentSize;
  for (;;) {
    const block = (await need(at + 3)).readUIntLE(at, 3);
    const size = block >> 3;
    // A block that repeats one byte is stored as that byte.
    at += 3 + (((block >> 1) & 3) === 1 ? 1 : size);
    if ((block & 1) === 1) break;
  }
  return at + ((descriptor & 4) === 4 ? 4 : 0);
}
