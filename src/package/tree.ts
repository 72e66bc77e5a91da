import { chmod, mkdir, symlink } from 'node:fs/promises';
import path from 'node:path';
import { PassThrough, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { UnpackSync, type ReadEntry } from 'tar';

/** Whether an entry stays out, by its path below the top level of the archive. */
export type LeaveOut = (path: string) => boolean;

/** The path of an entry below the top level of its archive; empty for the top level itself. */
export function belowTop(path: string): string {
  const [, ...below] = path.replace(/\/$/, '').split('/');
  return below.join('/');
}

/**
 * Unpacks the tar stream of one directory into `directory`, without the archive's top level: modes, times and symbolic
 * links as they are, owned by this user.
 *
 * Symbolic links are made last, and here: so no entry can be written through one, and the package, which refuses every
 * target outside `directory`, does not see them. Modes are set last, too: the package leaves them to the umask.
 *
 * @throws the file system's error, or one for an entry that would land outside `directory`, or for an archive that
 *   breaks off
 */
export async function unpackTree(archive: Readable, directory: string, leaveOut: LeaveOut): Promise<void> {
  await mkdir(directory, { recursive: true });
  const links = new Map<string, string>();
  const modes = new Map<string, number>();
  // Thousands of small files: written one after another, they take two thirds of the time.
  const unpack = new UnpackSync({
    cwd: directory,
    strip: 1,
    strict: true,
    preserveOwner: false,
    filter: (name, entry) => {
      const below = belowTop(name);
      if (leaveOut(below)) return false;
      const { type, mode, linkpath } = entry as ReadEntry;
      if (type === 'SymbolicLink') links.set(below, linkpath ?? '');
      else if (type !== 'Link' && mode !== undefined) modes.set(below, mode & 0o777);
      return type !== 'SymbolicLink';
    },
  });
  const seen = { whole: false };
  unpack.on('eof', () => {
    seen.whole = true;
  });
  await pipeline(archive, unpack as unknown as NodeJS.WritableStream);
  if (!seen.whole) throw new Error('the archive breaks off');
  for (const [name, target] of links) {
    if (path.isAbsolute(name) || name.split('/').includes('..')) throw new Error(`the archive has an entry ${name}`);
    const place = path.join(directory, name);
    await mkdir(path.dirname(place), { recursive: true });
    await symlink(target, place);
  }
  for (const [name, mode] of [...modes].reverse()) await chmod(path.join(directory, name), mode);
}

/** One stream as two, read at the pace of the slower; a failure of one reader ends the other. */
export function twice(source: Readable): readonly [Readable, Readable] {
  const [left, right] = [new PassThrough(), new PassThrough()];
  const copies = [left, right];
  const feed = async (): Promise<void> => {
    for await (const chunk of source as AsyncIterable<Buffer>) {
      await Promise.all(copies.map((copy) => written(copy, chunk)));
    }
    for (const copy of copies) copy.end();
  };
  const fail = (error: unknown): void => {
    for (const each of [source, left, right]) each.destroy(error as Error);
  };
  for (const copy of copies) copy.on('error', fail);
  feed().catch(fail);
  return [left, right];
}

/** Writes a chunk, and waits while the reader is behind. */
async function written(copy: PassThrough, chunk: Buffer): Promise<void> {
  if (copy.write(chunk)) return;
  await new Promise<void>((resolve, reject) => {
    const settle = (): void => {
      copy.off('drain', settle).off('close', closed);
      resolve();
    };
    const closed = (): void => reject(copy.errored ?? new Error('the reader of the stream is gone'));
    copy.on('drain', settle).on('close', closed);
  });
}
