import { createHash } from 'node:crypto';
import { createWriteStream, lstatSync, readFileSync } from 'node:fs';
import { open, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Header, Pax } from 'tar';
import { compressed } from './compress.js';
import type { Format } from './format.js';
import type { TreeEntry } from './tree.js';

/** Bytes: everything in an archive is rounded up to these. */
const BLOCK = 512;
/** Bytes read from a file at a time; a smaller file is read at once. */
const READ_SIZE = 1 << 20;
/** Bytes of small entries that are handed on together. */
const GATHERED = 1 << 18;

/** A finished archive. */
export interface Tarball {
  readonly path: string;
  /** 64 lowercase hex digits. */
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
}

/** How a tarball is made. */
export interface TarballSpec {
  readonly format: Format;
  /** The time of every entry. */
  readonly mtime: Date;
}

/**
 * Packs an unpacked release: `bin/`, `lib/` … at the top as in the tarballs of Mix, sorted, owned by root, every entry
 * of one time. Equal trees give equal bytes. Memory does not grow with the release, but for the list of its entries.
 *
 * @param entries - what is in the tree, sorted; their modes count, and not those on the disk
 */
export async function packTarball(
  directory: string,
  entries: readonly TreeEntry[],
  tarball: string,
  { format, mtime }: TarballSpec,
): Promise<Tarball> {
  return compressInto(tarball, tarOf(directory, entries, mtime), format);
}

/** Writes the file of a tarball from the blocks of its archive. */
export async function compressInto(file: string, archive: AsyncIterable<Buffer>, format: Format): Promise<Tarball> {
  const hash = createHash('sha256');
  let size = 0;
  const counted = async function* (chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void> {
    for await (const chunk of chunks) {
      hash.update(chunk);
      size += chunk.length;
      yield chunk;
    }
  };
  await pipeline(counted(compressed(archive, format)), createWriteStream(file));
  return { path: file, sha256: hash.digest('hex'), size };
}

/**
 * The tree as an archive. Small files are read synchronously: waiting for thousands of them takes longer than reading.
 * Written here, block by block: the package's `Pack` orders entries as their files are read.
 */
async function* tarOf(directory: string, entries: readonly TreeEntry[], mtime: Date): AsyncGenerator<Buffer, void> {
  let gathered: Buffer[] = [];
  let bytes = 0;
  for (const entry of entries) {
    const file = path.join(directory, entry.path);
    const size = entry.type === 'File' ? lstatSync(file).size : 0;
    gathered.push(headerOf(entry, size, mtime));
    if (entry.type === 'File' && size > READ_SIZE) {
      yield Buffer.concat(gathered);
      [gathered, bytes] = [[], 0];
      yield* contentOf(file, size);
    } else if (size > 0) {
      const content = readFileSync(file);
      requireSize(file, size, content.length);
      gathered.push(content);
    }
    gathered.push(paddingAfter(size));
    bytes += BLOCK + size;
    if (bytes < GATHERED) continue;
    yield Buffer.concat(gathered);
    [gathered, bytes] = [[], 0];
  }
  yield Buffer.concat([...gathered, END]);
}

async function* contentOf(file: string, size: number): AsyncGenerator<Buffer, void> {
  await using handle = await open(file);
  let seen = 0;
  for (;;) {
    const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(READ_SIZE), 0, READ_SIZE);
    if (bytesRead === 0) break;
    seen += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
  requireSize(file, size, seen);
}

function requireSize(file: string, expected: number, found: number): void {
  if (found !== expected) throw new Error(`${file} changed while it was packed`);
}

/** What an archive ends with. */
export const END = Buffer.alloc(2 * BLOCK);

/** What follows the content of a file, so that the next entry begins with a block. */
export function paddingAfter(size: number): Buffer {
  return Buffer.alloc(-size & (BLOCK - 1));
}

/** The header of an entry, with only what a release tarball says. */
export function headerOf({ path: name, type, mode, linkpath }: TreeEntry, size: number, mtime: Date): Buffer {
  const data = {
    path: type === 'Directory' ? `${name}/` : name,
    ...(linkpath === undefined ? {} : { linkpath }),
    ...{ mode, uid: 0, gid: 0, size, mtime, type },
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
