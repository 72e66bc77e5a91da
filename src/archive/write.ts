import { readFileSync, readlinkSync, type Stats } from 'node:fs';
import { open } from 'node:fs/promises';
import { Header, Pax } from 'tar';
import { bytesOf, nameOf, onDisk } from '../path-bytes.js';

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

/** An archive of entries in memory, followed by a whole archive, which has the end of both. */
export async function* archiveBefore(
  entries: readonly (ArchiveEntry & { readonly content: Buffer })[],
  rest: AsyncIterable<Buffer>,
): AsyncGenerator<Buffer, void> {
  for (const { content, ...entry } of entries) {
    yield Buffer.concat([headerOf(entry), content, paddingAfter(entry.size)]);
  }
  yield* rest;
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
  if (stat.isSymbolicLink())
    return { ...common, type: 'SymbolicLink', size: 0, linkpath: nameOf(readlinkSync(onDisk(file), 'buffer')) };
  return undefined;
}

function wholeContent(file: string, size: number): Buffer {
  const content = readFileSync(onDisk(file));
  requireSize(file, size, content.length);
  return content;
}

async function* contentOf(file: string, size: number): AsyncGenerator<Buffer, void> {
  await using handle = await open(onDisk(file));
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
  if (!data.path.isWellFormed() || data.linkpath?.isWellFormed() === false) return headerOfBytes(data);
  const header = new Header(data);
  const extended = header.encode() ? new Pax(data).encode() : undefined;
  return Buffer.concat([extended ?? Buffer.alloc(0), header.block ?? Buffer.alloc(0)]);
}

/** Where a header has the names, and how many bytes they may have; and its checksum. */
const FIELDS = { path: [0, 100], linkpath: [157, 100], checksum: [148, 8] } as const;

/** The blocks for names that are not UTF-8: their bytes as they are, in the header or, where they are longer, before it. */
function headerOfBytes(data: ArchiveEntry): Buffer {
  const header = new Header({ ...data, path: '', ...(data.linkpath !== undefined && { linkpath: '' }) });
  header.encode();
  const block = header.block ?? Buffer.alloc(BLOCK);
  const records: Buffer[] = [];
  for (const field of ['path', 'linkpath'] as const) {
    const bytes = bytesOf(data[field] ?? '');
    const [at, length] = FIELDS[field];
    bytes.copy(block, at, 0, length);
    if (bytes.length > length) records.push(paxRecord(field, bytes));
  }
  writeChecksum(block);
  return Buffer.concat([...(records.length > 0 ? [paxOf(records)] : []), block]);
}

/** An extended header whose text is no UTF-8, as POSIX has it. */
function paxOf(records: readonly Buffer[]): Buffer {
  const body = Buffer.concat([paxRecord('hdrcharset', Buffer.from('BINARY')), ...records]);
  const header = new Header({ path: 'PaxHeader', type: 'ExtendedHeader', size: body.length, mode: 0o644 });
  header.encode();
  return Buffer.concat([header.block ?? Buffer.alloc(BLOCK), body, paddingAfter(body.length)]);
}

/** `LENGTH KEY=VALUE` and a line end; the length is that of the whole. */
function paxRecord(key: string, value: Buffer): Buffer {
  const rest = key.length + value.length + 3;
  let length = rest;
  while (length !== rest + String(length).length) length = rest + String(length).length;
  return Buffer.concat([Buffer.from(`${String(length)} ${key}=`), value, Buffer.from('\n')]);
}

function writeChecksum(block: Buffer): void {
  const [at, length] = FIELDS.checksum;
  block.fill(' ', at, at + length);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, at, 'latin1');
}
