import { readFileSync, readlinkSync, type Stats } from 'node:fs';
import { open } from 'node:fs/promises';
import { Header, Pax } from 'tar';

/** In bytes: every entry of an archive is padded to a multiple of this. */
const BLOCK = 512;
/** Bytes to read from a file at a time; a smaller file is read at once. */
const READ_SIZE = 1 << 18;
/** Bytes of small entries that are yielded together. */
const BATCH_SIZE = 1 << 18;

/** The end of an archive. */
export const END = Buffer.alloc(2 * BLOCK);

/** The header fields of an entry; an archive has no other data of the machine. */
export interface ArchiveEntry {
  /** With `/`, and none at the end. */
  readonly path: string;
  readonly type: 'File' | 'Directory' | 'SymbolicLink' | 'Link';
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly mtime: Date;
  /** The target of a symbolic link; for a hard link, the path of the entry that it links to. */
  readonly linkpath?: string;
  /** Bytes of a file; 0 for any other entry. */
  readonly size: number;
}

/** An entry with its content: the path of a file of exactly that size, or bytes. Only files have content. */
export type WholeEntry = ArchiveEntry & { readonly content?: string | Buffer };

/**
 * A tar archive, in the order of its entries. Memory use does not grow with it. Small files are read synchronously:
 * awaiting thousands of them takes longer than reading. The tar package's `Pack` is not used, because it orders entries
 * as their files are read, and holds all their names.
 *
 * @throws the file system's error, or an error for a file whose size has changed
 */
export async function* archiveOf(entries: Iterable<WholeEntry>): AsyncGenerator<Buffer, void> {
  let batch: Buffer[] = [];
  let bytes = 0;
  for (const { content, ...entry } of entries) {
    const { size } = entry;
    batch.push(headerOf(entry));
    if (typeof content === 'string' && size > READ_SIZE) {
      yield Buffer.concat(batch);
      [batch, bytes] = [[], 0];
      yield* contentOf(content, size);
    } else if (content !== undefined && size > 0) {
      batch.push(typeof content === 'string' ? wholeContent(content, size) : content);
    }
    batch.push(paddingAfter(size));
    bytes += BLOCK + size;
    if (bytes < BATCH_SIZE) continue;
    yield Buffer.concat(batch);
    [batch, bytes] = [[], 0];
  }
  yield Buffer.concat([...batch, END]);
}

/**
 * The entry of a file, directory or symbolic link.
 *
 * @param stat - of the file itself; links are not followed
 * @returns undefined for anything else, such as sockets
 * @throws the file system's error
 */
export function entryAt(
  file: string,
  stat: Stats,
  fields: Pick<ArchiveEntry, 'path' | 'uid' | 'gid' | 'mtime'>,
): WholeEntry | undefined {
  const common = { mode: stat.mode & 0o7777, ...fields };
  if (stat.isFile()) return { ...common, type: 'File', size: stat.size, content: file };
  if (stat.isDirectory()) return { ...common, type: 'Directory', size: 0 };
  if (stat.isSymbolicLink()) return { ...common, type: 'SymbolicLink', size: 0, linkpath: readlinkSync(file) };
  return undefined;
}

function wholeContent(file: string, size: number): Buffer {
  const content = readFileSync(file);
  requireSize(file, size, content.length);
  return content;
}

async function* contentOf(file: string, size: number): AsyncGenerator<Buffer, void> {
  await using handle = await open(file);
  let total = 0;
  for (;;) {
    const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(READ_SIZE), 0, READ_SIZE);
    if (bytesRead === 0) break;
    total += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
  requireSize(file, size, total);
}

function requireSize(file: string, expected: number, found: number): void {
  if (found !== expected) throw new Error(`${file} changed while it was packed`);
}

/** The padding after the content of a file. */
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
