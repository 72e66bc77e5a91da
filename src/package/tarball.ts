import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { PassThrough, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Header, Parser, Pax, type ReadEntry } from 'tar';
import { compressors, type TarballFormat } from './format.js';
import { belowTop, type LeaveOut } from './tree.js';

/** Bytes: everything in an archive is rounded up to these. */
const BLOCK = 512;

/** A finished archive. */
export interface Tarball {
  readonly path: string;
  /** 64 lowercase hex digits. */
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
}

/**
 * Turns the tar stream of one directory into a release tarball: without the top level, so that `bin/`, `lib/` … are at
 * the top as in the tarballs of Mix, owned by root, every entry of one time, compressed. Entries stay in the order in which
 * the engine hands them out, which is that of their names. Memory does not grow with the release.
 *
 * @param mtime - the time of every entry
 */
export async function packTarball(
  archive: Readable,
  tarball: string,
  leaveOut: LeaveOut,
  mtime: Date,
  format: TarballFormat,
): Promise<Tarball> {
  const hash = createHash('sha256');
  const hashed = new PassThrough();
  hashed.on('data', (chunk: Buffer) => hash.update(chunk));
  await pipeline([repack(archive, leaveOut, mtime), ...compressors(format), hashed, createWriteStream(tarball)]);
  return { path: tarball, sha256: hash.digest('hex'), size: (await stat(tarball)).size };
}

/**
 * Entry after entry from one archive into another. Written here, block by block, and not by the package's `Pack`: fed
 * with entries of another archive, that one waits for ever when its reader is slow.
 */
function repack(archive: Readable, leaveOut: LeaveOut, mtime: Date): Readable {
  const repacked = new PassThrough();
  const parser = new Parser({ strict: true });
  let whole = false;
  let waiting = false;
  parser.on('eof', () => {
    whole = true;
  });
  parser.on('entry', (entry: ReadEntry) => {
    const name = belowTop(entry.path);
    if (name === '' || leaveOut(name)) {
      entry.resume();
      return;
    }
    repacked.write(headerOf(entry, name, mtime));
    entry.on('data', (chunk: Buffer) => {
      if (repacked.write(chunk) || waiting) return;
      waiting = true;
      entry.pause();
      repacked.once('drain', () => {
        waiting = false;
        entry.resume();
      });
    });
    entry.on('end', () => repacked.write(Buffer.alloc(-entry.size & (BLOCK - 1))));
  });
  pipeline(archive, parser as unknown as NodeJS.WritableStream).then(
    () => (whole ? repacked.end(Buffer.alloc(2 * BLOCK)) : repacked.destroy(new Error('the archive breaks off'))),
    (error: unknown) => repacked.destroy(error as Error),
  );
  return repacked;
}

/** The header of an entry, with only what a release tarball says. */
function headerOf(entry: ReadEntry, name: string, mtime: Date): Buffer {
  const { type, linkpath, size } = entry;
  const data = {
    path: type === 'Directory' ? `${name}/` : name,
    // A hard link names its target from the top of the archive; a symbolic link does not.
    ...(linkpath ? { linkpath: type === 'Link' ? belowTop(linkpath) : linkpath } : {}),
    mode: (entry.mode ?? 0o644) & 0o7777,
    ...{ uid: 0, gid: 0, size, mtime, type },
  };
  const header = new Header(data);
  const extended = header.encode() ? new Pax(data).encode() : undefined;
  return Buffer.concat([extended ?? Buffer.alloc(0), header.block ?? Buffer.alloc(0)]);
}

/** Writes the checksum of a tarball in the format that `sha256sum -c` reads; returns the file's path. */
export async function writeChecksum(tarball: Tarball): Promise<string> {
  const file = `${tarball.path}.sha256`;
  await writeFile(file, `${tarball.sha256}  ${path.basename(tarball.path)}\n`);
  return file;
}
