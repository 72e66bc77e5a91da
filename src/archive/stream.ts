import { PassThrough, type Readable } from 'node:stream';
import type { Pack } from 'tar';

/**
 * An archive that is being written, as a stream of Node's. The package's own streams stand still when they are read by
 * iteration while entries of another archive go through them: they are piped.
 */
export function streamOf(pack: Pack): Readable {
  const stream = new PassThrough();
  pack.on('error', (error) => stream.destroy(error as Error));
  pack.pipe(stream as never);
  return stream;
}
