import { availableParallelism } from 'node:os';
import { promisify } from 'node:util';
import { constants, crc32, deflateRaw, zstdCompress } from 'node:zlib';
import type { Format } from './format.js';

const deflate = promisify<Buffer, object, Buffer>(deflateRaw);
const zstd = promisify<Buffer, object, Buffer>(zstdCompress);

/** Block sizes in bytes. They determine the result, so they must not depend on the machine. */
const GZIP_BLOCK = 1 << 20;
const ZSTD_BLOCK = 4 << 20;
/** The size of gzip's window: how far a block may refer back into the previous one. */
const WINDOW = 1 << 15;
/** Node's thread pool has four threads by default. */
const CONCURRENT_BLOCKS = Math.min(4, availableParallelism());

/**
 * Compresses a stream block by block, several at a time, on all processors. The bytes depend
 * only on the content and the version of zlib or zstd in Node, not on the number of processors or the sizes of
 * the chunks of the stream.
 *
 * - `tar.gz`: one gzip member, as pigz writes it. Each block uses the end of the previous one as dictionary. The header
 *   has no name, no
 *   time and no system.
 * - `tar.zst`: one frame per block, as pzstd writes them. Node's own threads for zstd (`ZSTD_c_nbWorkers`) fail with
 *   "stream.push() after EOF" in Node 24.
 */
export function compressed(source: AsyncIterable<Buffer>, format: Format): AsyncGenerator<Buffer, void> {
  return format === 'tar.gz' ? gzip(source) : ordered(blocksOf(source, ZSTD_BLOCK), (block) => zstd(block, ZSTD));
}

// Node collects the result in chunks of `chunkSize`; collecting small ones takes as long as the compression.
// Incompressible data is slightly longer than its block.
const ZSTD = {
  chunkSize: ZSTD_BLOCK + (1 << 16),
  params: { [constants.ZSTD_c_compressionLevel]: 3, [constants.ZSTD_c_checksumFlag]: 1 },
};
const GZIP = { level: 6, finishFlush: constants.Z_SYNC_FLUSH, chunkSize: GZIP_BLOCK + (1 << 14) };

async function* gzip(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void> {
  let before: Buffer = Buffer.alloc(0);
  let sum = 0;
  let size = 0;
  // Magic, deflate, no flags, no time, no hint, and the system "unknown": Node would write the actual one.
  yield Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]);
  yield* ordered(blocksOf(source, GZIP_BLOCK), (block) => {
    const options = before.length === 0 ? GZIP : { ...GZIP, dictionary: before };
    before = block.subarray(-WINDOW);
    sum = crc32(block, sum);
    size += block.length;
    return deflate(block, options);
  });
  const end = Buffer.alloc(10);
  // An empty final block, since no other block is marked as final.
  end.writeUInt16LE(0x0003, 0);
  end.writeUInt32LE(sum, 2);
  end.writeUInt32LE(size % 2 ** 32, 6);
  yield end;
}

/** The bytes of a stream in blocks of one size; the last may be shorter. */
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

/** Processes several blocks at a time, and yields the results in order. */
async function* ordered(
  blocks: AsyncIterable<Buffer>,
  work: (block: Buffer) => Promise<Buffer>,
): AsyncGenerator<Buffer, void> {
  const started: Promise<Buffer>[] = [];
  for await (const block of blocks) {
    const working = work(block);
    // A failure is thrown below, when its turn comes; until then it must not count as unhandled.
    working.catch(() => undefined);
    started.push(working);
    const first = started.length > CONCURRENT_BLOCKS ? started.shift() : undefined;
    if (first) yield await first;
  }
  for (const working of started) yield await working;
}
