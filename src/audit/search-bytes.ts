import type { Range } from './elf/reader.js';
import type { Source } from './elf/source.js';

const CHUNK = 1024 * 1024;

/** No searched text is longer. */
const OVERLAP = 256;

/** As `piecesOf`, for one range of the file, and as bytes. */
export function* chunksOf(content: Source, { start, end }: Range): Generator<Buffer> {
  for (let from = start; from < end; from += CHUNK) {
    yield content.read(from, Math.min(CHUNK + OVERLAP, end - from));
  }
}

/**
 * A file in pieces, one character per byte. Neighbouring pieces overlap, so that any text up to 256 bytes is
 * whole in at least one of them.
 */
export function* textChunksOf(content: Source): Generator<string> {
  for (const chunk of chunksOf(content, { start: 0, end: content.size })) yield chunk.toString('latin1');
}
