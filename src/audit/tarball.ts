import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Parser, type ReadEntry } from 'tar';
import { expanded } from '../archive/expand.js';
import { MixReleaseError, messageOf } from '../errors.js';
import { tooMany } from './directory.js';
import { bufferSource } from './elf/source.js';
import { sniff, SNIFF_LENGTH } from './elf/sniff.js';
import { isCompiled } from './beam.js';
import { MAX_ENTRIES, TEXT_LENGTH, type Visitor } from './release-file.js';

/** In bytes, and more than any has: of code, one file at a time is held in memory. */
const LARGEST_ELF = 1024 ** 3;
const LARGEST_COMPILED = 64 * 1024 ** 2;

/** A release unpacks to some hundred MB; a decompression bomb to any size. */
const LARGEST_TARBALL = 64 * 1024 ** 3;

const SKIPPED = new Set([
  'GlobalExtendedHeader',
  'ExtendedHeader',
  'OldExtendedHeader',
  'CharacterDevice',
  'BlockDevice',
  'FIFO',
]);

/**
 * Visits everything in a `.tar`, `.tar.gz` or `.tar.zst`, read as a stream: nothing is unpacked, and of files that are
 * not code only the beginning is kept (`TEXT_LENGTH`), one file at a time, however large they are.
 *
 * @throws MixReleaseError `bad-archive` for a file that is not an archive, is truncated, or has names that lead out of
 *   it
 */
export async function visitTarball(tarball: string, visitor: Visitor): Promise<void> {
  const parser = new Parser({ strict: true });
  const state: { whole: boolean; entries: number; bytes: number; failure?: Error } = {
    whole: false,
    entries: 0,
    bytes: 0,
  };
  parser.on('eof', () => {
    state.whole = true;
  });
  const fail = (error: unknown): void => {
    state.failure ??= error instanceof Error ? error : new Error(messageOf(error));
    parser.abort(state.failure);
  };
  parser.on('entry', (entry: ReadEntry) => {
    try {
      state.entries += 1;
      state.bytes += entry.size;
      if (state.entries > MAX_ENTRIES) throw tooMany(tarball, MAX_ENTRIES);
      if (state.bytes > LARGEST_TARBALL) throw badArchive(tarball, 'it unpacks to more than 64 GiB');
      visitEntry(tarball, entry, visitor, fail);
    } catch (error) {
      entry.resume();
      fail(error);
    }
  });
  try {
    if ((await stat(tarball)).size === 0) throw badArchive(tarball, 'it is empty');
    await pipeline(Readable.from(expanded(tarball)), parser as unknown as NodeJS.WritableStream);
  } catch (error) {
    if (state.failure !== undefined) throw state.failure;
    throw error instanceof MixReleaseError ? error : badArchive(tarball, messageOf(error), error);
  }
  if (!state.whole) throw badArchive(tarball, 'it is truncated');
}

function visitEntry(tarball: string, entry: ReadEntry, visitor: Visitor, fail: (error: unknown) => void): void {
  const name = nameIn(tarball, entry.path);
  const { type, linkpath = '' } = entry;
  if (type === 'File' || type === 'OldFile' || type === 'ContiguousFile') {
    const lengthOf = (head: Buffer): number => {
      if (sniff(head) !== 'elf') return isCompiled(name, head) ? LARGEST_COMPILED : TEXT_LENGTH;
      if (entry.size > LARGEST_ELF) fail(badArchive(tarball, `it has a native binary of more than 1 GiB, ${name}`));
      return LARGEST_ELF;
    };
    collect(entry, lengthOf, (content) => {
      try {
        visitor.file({
          path: name,
          size: entry.size,
          mode: modeOf(entry),
          head: content.subarray(0, SNIFF_LENGTH),
          content: bufferSource(content),
        });
      } catch (error) {
        fail(error);
      }
    });
    return;
  }
  entry.resume();
  if (name === '' || SKIPPED.has(type)) return;
  if (type === 'Directory') visitor.directory(name, modeOf(entry));
  else if (type === 'SymbolicLink') visitor.link(name, linkpath);
  // A hard link's target is relative to the archive's root.
  else if (type === 'Link') visitor.link(name, `${'../'.repeat(name.split('/').length - 1)}${linkpath}`);
}

function modeOf({ mode = 0 }: ReadEntry): number {
  return mode & 0o7777;
}

/**
 * Collects the beginning of a file.
 *
 * @param lengthOf - how many bytes of it, by the first `SNIFF_LENGTH` of them or all of a shorter file
 */
function collect(entry: ReadEntry, lengthOf: (head: Buffer) => number, done: (content: Buffer) => void): void {
  const chunks: Buffer[] = [];
  let held = 0;
  let limit: number | undefined;
  entry.on('data', (chunk: Buffer) => {
    if (limit !== undefined && held >= limit) return;
    chunks.push(chunk);
    held += chunk.length;
    if (limit !== undefined || held < SNIFF_LENGTH) return;
    const head = chunks.length === 1 ? chunk : Buffer.concat(chunks);
    limit = lengthOf(head.subarray(0, SNIFF_LENGTH));
  });
  entry.on('end', () => done(Buffer.concat(chunks)));
}

/** The path of an entry without a leading `./` and a trailing `/`. */
function nameIn(tarball: string, name: string): string {
  const parts = name.split('/').filter((part) => part !== '' && part !== '.');
  if (name.startsWith('/') || parts.includes('..') || name.includes('\0')) {
    throw badArchive(tarball, `it has an entry that lies outside of it, ${name}`);
  }
  return parts.join('/');
}

function badArchive(tarball: string, why: string, cause?: unknown): MixReleaseError {
  return new MixReleaseError('bad-archive', {
    what: `${tarball} is not a readable tarball: ${why}`,
    next: 'Name a complete .tar.gz, .tar.zst or .tar, or the directory of a release.',
    cause,
  });
}
