import { availableParallelism } from 'node:os';
import { promisify } from 'node:util';
import { constants, crc32, deflateRaw, zstdCompress } from 'node:zlib';
import type { Format } from './format.js';

const deflate = promisify<Buffer, object, Buffer>(deflateRaw);
const zstd = promisify<Buffer, object, Buffer>(zstdCompress);

/** Bytes that are compressed at a time. They decide the result, so that they never depend on the machine. */
const GZIP_BLOCK = 1 << 20;
const ZSTD_BLOCK = 4 << 20;
/** How far back a block of gzip may refer to the one before it. */
const WINDOW = 1 << 15;
/** Node has four threads for such work, unless told otherwise. */
const AT_ONCE = Math.min(4, availableParallelism());

/**
 * Compresses a stream block by block, several at a time, on as many processors as there are. The bytes depend on
 * nothing but the content and the version of zlib or zstd in Node: not on the number of processors, nor on the sizes of
 * the chunks that come in.
 *
 * - `tar.gz`: one gzip member as pigz writes it. Each block knows the end of the one before. The header holds no name, no
 *   time and no system.
 * - `tar.zst`: one frame a block, as pzstd writes them. Node's own threads for zstd (`ZSTD_c_nbWorkers`) end in
 *   "stream.push() after EOF" in Node 24.
 */
export function compressed(source: AsyncIterable<Buffer>, format: Format): AsyncGenerator<Buffer, void> {
  return format === 'tar.gz' ? gzip(source) : ordered(blocksOf(source, ZSTD_BLOCK), (block) => zstd(block, ZSTD));
}

// Node collects the result in pieces of `chunkSize`: small ones take as long again as the compression itself. What does not
// compress is a little longer than its block.
const ZSTD = {
  chunkSize: ZSTD_BLOCK + (1 << 16),
  params: { [constants.ZSTD_c_compressionLevel]: 3, [constants.ZSTD_c_checksumFlag]: 1 },
};
const GZIP = { level: 6, finishFlush: constants.Z_SYNC_FLUSH, chunkSize: GZIP_BLOCK + (1 << 14) };

async function* gzip(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void> {
  let before: Buffer = Buffer.alloc(0);
  let sum = 0;
  let size = 0;
  // Magic, deflate, no flags, no time, no hint, and a system that is "unknown": Node writes what it runs on.
  yield Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]);
  yield* ordered(blocksOf(source, GZIP_BLOCK), (block) => {
    const options = before.length === 0 ? GZIP : { ...GZIP, dictionary: before };
    before = block.subarray(-WINDOW);
    sum = crc32(block, sum);
    size += block.length;
    return deflate(block, options);
  });
  const end = Buffer.alloc(10);
  // An empty last block, since no other says that it is the last.
  end.writeUInt16LE(0x0003, 0);
  end.writeUInt32LE(sum, 2);
  end.writeUInt32LE(size % 2 ** 32, 6);
  yield end;
}

/** The same bytes in blocks of one size, the last one shorter. */
async function* blocksOf(source: AsyncIterable<Buffer>, size: number): AsyncGenerator<Buffer, void> {
  let block = Buffer.allocUnsafe(size);
  let filled = 0;
  for await (const chunk of source) {
    for (let at = 0; at < chunk.length;) {
      const taken = chunk.copy(block, filled, at);
      at += taken;
      filled += taken;
      if (filled < size) continue;
      yield block;
      block = Buffer.allocUnsafe(size);
      filled = 0;
    }
  }
  if (filled > 0) yield block.subarray(0, filled);
}

/** Works on several blocks at a time, and gives the results in the blocks' order. */
async function* ordered(
  blocks: AsyncIterable<Buffer>,
  work: (block: Buffer) => Promise<Buffer>,
): AsyncGenerator<Buffer, void> {
  const started: Promise<Buffer>[] = [];
  for await (const block of blocks) {
    const working = work(block);
    // A failure is thrown where its turn comes; until then nobody waits for it.
    working.catch(() => undefined);
    started.push(working);
    const first = started.length > AT_ONCE ? started.shift() : undefined;
    if (first) yield await first;
  }
  for (const working of started) yield await working;
}
