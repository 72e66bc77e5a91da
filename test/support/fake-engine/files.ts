import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Parser, type ReadEntry } from 'tar';
import { archiveOf, type ArchiveEntry, type WholeEntry } from '../../../src/archive/write.js';

/** A file, directory or link in the memory of a fake container. */
export interface FakeFile extends Omit<ArchiveEntry, 'path' | 'size'> {
  readonly content: Buffer;
}

type Attributes = Partial<Pick<FakeFile, 'mode' | 'uid' | 'gid' | 'mtime'>>;

/** A tree of files in memory; paths are absolute. */
export class FakeFiles {
  readonly #files = new Map<string, FakeFile>();

  constructor(directories: readonly string[] = []) {
    for (const directory of ['/', ...directories]) this.mkdir(directory);
  }

  get(place: string): FakeFile | undefined {
    return this.#files.get(clean(place));
  }

  /** The text of a file. @throws where there is none */
  read(place: string): string {
    const file = this.get(place);
    if (file?.type !== 'File') throw new Error(`${place} is no file in the fake container`);
    return file.content.toString();
  }

  /** Writes a file, with the directories that lead to it. */
  write(place: string, content: string | Buffer, attributes: Attributes = {}): void {
    this.set(place, { ...DEFAULTS, ...attributes, type: 'File', content: Buffer.from(content) });
  }

  /** Writes the text of a file, or a link. */
  add(place: string, file: string | { readonly linkTo: string }): void {
    if (typeof file === 'string') this.write(place, file);
    else
      this.set(place, {
        ...DEFAULTS,
        ...{ mode: 0o777, type: 'SymbolicLink', linkpath: file.linkTo, content: Buffer.alloc(0) },
      });
  }

  mkdir(place: string, attributes: Attributes = {}): void {
    if (this.get(place)?.type === 'Directory') return;
    this.set(place, { ...DEFAULTS, mode: 0o755, ...attributes, type: 'Directory', content: Buffer.alloc(0) });
  }

  set(place: string, file: FakeFile): void {
    const at = clean(place);
    if (at !== '/') this.mkdir(path.posix.dirname(at));
    this.#files.set(at, file);
  }

  remove(place: string): void {
    const at = clean(place);
    for (const name of this.#files.keys()) {
      if (name === at || name.startsWith(`${at}/`)) this.#files.delete(name);
    }
  }

  /** All that is there, below a place and with it, each directory before what it holds. */
  below(place: string): readonly (readonly [string, FakeFile])[] {
    const at = clean(place);
    const inside = [...this.#files].filter(([name]) => name === at || at === '/' || name.startsWith(`${at}/`));
    const key = (name: string): string => name.replaceAll('/', '\0');
    return inside.sort(([a], [b]) => (key(a) < key(b) ? -1 : 1));
  }
}

const DEFAULTS = { mode: 0o644, uid: 0, gid: 0, mtime: new Date('2024-01-01T00:00:00Z') };

function clean(place: string): string {
  const normal = path.posix.normalize(place);
  return normal.length > 1 ? normal.replace(/\/$/, '') : normal;
}

/** A file or a directory as a tar stream whose first entry is its base name. */
export function packed(files: FakeFiles, place: string): Readable {
  const top = path.posix.dirname(clean(place));
  const entries = files.below(place).map(([name, { content, ...entry }]): WholeEntry => {
    const own = { ...entry, path: path.posix.relative(top, name) };
    return entry.type === 'File' ? { ...own, size: content.length, content } : { ...own, size: 0 };
  });
  return Readable.from(archiveOf(entries));
}

/** Reads a tar stream. @throws the stream's own error */
export async function unpacked(archive: Readable): Promise<readonly (readonly [string, FakeFile])[]> {
  const found: (readonly [string, FakeFile])[] = [];
  const parser = new Parser({ strict: true });
  parser.on('entry', (entry: ReadEntry) => {
    const chunks: Buffer[] = [];
    entry.on('data', (chunk: Buffer) => chunks.push(chunk));
    entry.on('end', () => found.push([entry.path.replace(/\/$/, ''), fileOf(entry, Buffer.concat(chunks))]));
  });
  await pipeline(archive, parser as unknown as NodeJS.WritableStream);
  return found;
}

function fileOf(entry: ReadEntry, content: Buffer): FakeFile {
  const { type, mode = 0o644, uid = 0, gid = 0, mtime = new Date(0), linkpath } = entry;
  const known = type === 'Directory' || type === 'SymbolicLink' || type === 'Link' ? type : 'File';
  const links = known === 'SymbolicLink' || known === 'Link';
  return { type: known, mode: mode & 0o7777, uid, gid, mtime, content, ...(links && { linkpath: linkpath ?? '' }) };
}
