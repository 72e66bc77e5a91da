import { readFileSync, readlinkSync, type Stats } from 'node:fs';
import { open } from 'node:fs/promises';
import { Header, Pax } from 'tar';

/** Bytes: everything in an archive is rounded up to these. */
const BLOCK = 512;
/** Bytes read from a file at a time; a smaller file is read at once. */
const READ_SIZE = 1 << 18;
/** Bytes of small entries that are handed on together. */
const GATHERED = 1 << 18;

/** What an archive ends with. */
export const END = Buffer.alloc(2 * BLOCK);

/** What an archive says of an entry; nothing else of the machine gets into it. */
export interface ArchiveEntry {
  /** With `/`, and none at the end. */
  readonly path: string;
  readonly type: 'File' | 'Directory' | 'SymbolicLink' | 'Link';
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly mtime: Date;
  /** Of a symbolic link what it holds; of a hard link the path of the entry that it is the same file as. */
  readonly linkpath?: string;
  /** Bytes of a file; 0 of anything else. */
  readonly size: number;
}

/** An entry with what is in it: a file on disk of just that size, or bytes. Only a file has any. */
export type WholeEntry = ArchiveEntry & { readonly content?: string | Buffer };

/**
 * A tar archive, in the order of its entries. Memory does not grow with it. Small files are read synchronously: waiting
 * for thousands of them takes longer than reading. Written here, block by block: the package's `Pack` orders entries as
 * their files are read, and holds all of their names.
 *
 * @throws the file system's error, or one for a file that is not as long any more
 */
export async function* archiveOf(entries: Iterable<WholeEntry>): AsyncGenerator<Buffer, void> {
  let gathered: Buffer[] = [];
  let bytes = 0;
  for (const { content, ...entry } of entries) {
    const { size } = entry;
    gathered.push(headerOf(entry));
    if (typeof content === 'string' && size > READ_SIZE) {
      yield Buffer.concat(gathered);
      [gathered, bytes] = [[], 0];
      yield* contentOf(content, size);
    } else if (content !== undefined && size > 0) {
      gathered.push(typeof content === 'string' ? wholeContent(content, size) : content);
    }
    gathered.push(paddingAfter(size));
    bytes += BLOCK + size;
    if (bytes < GATHERED) continue;
    yield Buffer.concat(gathered);
    [gathered, bytes] = [[], 0];
  }
  yield Buffer.concat([...gathered, END]);
}

/**
 * What lies at a place of the file system, as an entry.
 *
 * @param stat - of the place itself, links not followed
 * @returns undefined for what is in no archive: sockets and the like
 * @throws the file system's error
 */
export function entryAt(
  place: string,
  stat: Stats,
  own: Pick<ArchiveEntry, 'path' | 'uid' | 'gid' | 'mtime'>,
): WholeEntry | undefined {
  const common = { mode: stat.mode & 0o7777, ...own };
  if (stat.isFile()) return { ...common, type: 'File', size: stat.size, content: place };
  if (stat.isDirectory()) return { ...common, type: 'Directory', size: 0 };
  if (stat.isSymbolicLink()) return { ...common, type: 'SymbolicLink', size: 0, linkpath: readlinkSync(place) };
  return undefined;
}

function wholeContent(file: string, size: number): Buffer {
  const content = readFileSync(file);
  requireSize(file, size, content.length);
  return content;
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

/** What follows the content of a file, so that the next entry begins with a block. */
export function paddingAfter(size: number): Buffer {
  return Buffer.alloc(-size & (BLOCK - 1));
}

/** The blocks in front of an entry's content. */
export function headerOf({ path, ...rest }: ArchiveEntry): Buffer {
  const data = { ...rest, path: rest.type === 'Directory' ? `${path}/` : path };
  const header = new Header(data);
  const extended = header.encode() ? new Pax(data).encode() : undefined;
  return Buffer.concat([extended ?? Buffer.alloc(0), header.block ?? Buffer.alloc(0)]);
}
