import type { Range } from './elf/reader.js';
import type { Source } from './elf/source.js';

const CHUNK = 1024 * 1024;

/** Nothing that is looked for is longer. */
const OVERLAP = 256;

/** As `piecesOf`, of one part of the file, and as bytes. */
export function* chunksOf(content: Source, { start, end }: Range): Generator<Buffer> {
  for (let from = start; from < end; from += CHUNK) {
    yield content.read(from, Math.min(CHUNK + OVERLAP, end - from));
  }
}

/**
 * A file piece by piece, as one character a byte. Neighbouring pieces overlap, so that nothing shorter than 256 bytes is
 * cut in every piece that it lies in.
 */
export function* piecesOf(content: Source): Generator<string> {
  for (const chunk of chunksOf(content, { start: 0, end: content.size })) yield chunk.toString('latin1');
}
