import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { readdir, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { Pack } from 'tar';
import { writtenBy } from '../archive/entries.js';

/** A finished archive. */
export interface Tarball {
  readonly path: string;
  /** 64 lowercase hex digits. */
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
}

/**
 * Packs what is in a directory, in the order of its names, owned by root, as gzip: `bin/`, `lib/` … at the top, as the
 * tarballs of Mix have it. Streams: memory does not grow with the release.
 *
 * @param mtime - the time of every entry
 */
export async function packTarball(directory: string, tarball: string, mtime: Date): Promise<Tarball> {
  const pack = new Pack({
    cwd: directory,
    noDirRecurse: true,
    preservePaths: true,
    strict: true,
    mtime,
    onWriteEntry: writtenBy({ uid: 0, gid: 0 }),
  });
  for (const name of await namesUnder(directory)) pack.add(name);
  pack.end();
  const hash = createHash('sha256');
  const hashed = new PassThrough();
  hashed.on('data', (chunk: Buffer) => hash.update(chunk));
  await pipeline(Readable.from(pack), createGzip(), hashed, createWriteStream(tarball));
  return { path: tarball, sha256: hash.digest('hex'), size: (await stat(tarball)).size };
}

/** Writes the checksum of a tarball in the format that `sha256sum -c` reads; returns the file's path. */
export async function writeChecksum(tarball: Tarball): Promise<string> {
  const file = `${tarball.path}.sha256`;
  await writeFile(file, `${tarball.sha256}  ${path.basename(tarball.path)}\n`);
  return file;
}

/** Everything below a directory, each directory before what it holds; sorted by bytes, so the same everywhere. */
async function namesUnder(directory: string): Promise<readonly string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries
    .map((entry) => path.relative(directory, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'))
    .sort((left, right) => Buffer.compare(Buffer.from(left), Buffer.from(right)));
}
