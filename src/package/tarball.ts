import { createHash } from 'node:crypto';
import { createWriteStream, lstatSync } from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { archiveOf, type ArchiveEntry, type WholeEntry } from '../archive/write.js';
import { compressed } from './compress.js';
import type { Format } from './format.js';
import type { TreeEntry } from './tree.js';

/** A finished archive. */
export interface Tarball {
  readonly path: string;
  /** 64 lowercase hex digits. */
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
}

/** The format of a tarball. */
export interface TarballSpec {
  readonly format: Format;
  /** The time of every entry. */
  readonly mtime: Date;
}

/**
 * Packs an unpacked release: `bin/`, `lib/` … at the top as in Mix's tarballs, sorted, owned by root, all entries with
 * one time. Equal trees give equal bytes. Memory use does not grow with the release, apart from the list of entries.
 *
 * @param entries - the tree's entries, sorted; their modes are used, not those on disk
 */
export async function packTarball(
  directory: string,
  entries: readonly TreeEntry[],
  tarball: string,
  { format, mtime }: TarballSpec,
): Promise<Tarball> {
  return compressInto(tarball, archiveOf(wholeEntries(directory, entries, mtime)), format);
}

/** Compresses an archive's blocks into a file. */
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

/** The header fields of an entry, independent of its owner and time. */
export function packedEntry(entry: TreeEntry, size: number, mtime: Date): ArchiveEntry {
  const { path: name, type, mode, linkpath } = entry;
  return { path: name, type, mode, uid: 0, gid: 0, mtime, size, ...(linkpath === undefined ? {} : { linkpath }) };
}

function* wholeEntries(directory: string, entries: readonly TreeEntry[], mtime: Date): Generator<WholeEntry> {
  for (const entry of entries) {
    const content = path.join(directory, entry.path);
    if (entry.type === 'File') yield { ...packedEntry(entry, lstatSync(content).size, mtime), content };
    else yield packedEntry(entry, 0, mtime);
  }
}

/** The checksum of a tarball in the format that `sha256sum -c` reads. */
export function checksumText(tarball: Tarball): string {
  return `${tarball.sha256}  ${path.basename(tarball.path)}\n`;
}
