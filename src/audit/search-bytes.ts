import type { Source } from './elf/source.js';

const CHUNK = 1024 * 1024;

/** Nothing that is looked for is longer. */
const OVERLAP = 256;

/**
 * A file piece by piece, as one character a byte. Neighbouring pieces overlap, so that nothing shorter than 256 bytes is
 * cut in every piece that it lies in.
 */
export function* piecesOf(content: Source): Generator<string> {
  for (let from = 0; from < content.size; from += CHUNK) {
    const length = Math.min(CHUNK + OVERLAP, content.size - from);
    yield content.read(from, length).toString('latin1');
  }
}
