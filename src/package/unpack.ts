import { mkdir } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Unpack } from 'tar';

/**
 * Unpacks the tar stream of one directory into `directory`, without the archive's top level: modes, times and symbolic
 * links as they are, owned by this user.
 *
 * @param leaveOut - whether an entry, by its path below the top level, stays out
 * @throws the file system's error, or one for an entry that would land outside `directory`
 */
export async function unpackTree(
  archive: Readable,
  directory: string,
  leaveOut: (path: string) => boolean,
): Promise<void> {
  await mkdir(directory, { recursive: true });
  const unpack = new Unpack({
    cwd: directory,
    strip: 1,
    strict: true,
    chmod: true,
    processUmask: 0,
    preserveOwner: false,
    filter: (path) => !leaveOut(path.split('/').slice(1).join('/')),
  });
  await pipeline(archive, unpack as unknown as NodeJS.WritableStream);
}
