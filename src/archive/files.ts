import { Readable } from 'node:stream';
import { bytesOf } from '../path-bytes.js';
import { archiveBefore, archiveOf, type WholeEntry } from './write.js';

/** A file or symbolic link in memory. */
export type VirtualFile = {
  readonly path: string;
  readonly uid?: number;
  readonly gid?: number;
} & ({ readonly text: string } | { readonly linkTo: string });

/** An archive of virtual files, as a stream. */
export function packFiles(files: readonly VirtualFile[]): Readable {
  const mtime = new Date();
  return Readable.from(archiveOf(files.map((file) => virtualEntry(file, mtime))));
}

/** An archive of texts, followed by all that is in another archive. */
export function packBefore(
  files: readonly { readonly path: string; readonly text: string }[],
  rest: AsyncIterable<Buffer>,
): Readable {
  const common = { uid: 0, gid: 0, mtime: new Date(), type: 'File', mode: 0o644 } as const;
  const entries = files.map(({ path, text }) => {
    const content = bytesOf(text);
    return { ...common, path, size: content.length, content };
  });
  return Readable.from(archiveBefore(entries, rest));
}

export function virtualEntry(file: VirtualFile, mtime: Date): WholeEntry {
  const { path, uid = 0, gid = 0 } = file;
  if ('linkTo' in file)
    return { path, uid, gid, mtime, type: 'SymbolicLink', mode: 0o777, size: 0, linkpath: file.linkTo };
  const content = bytesOf(file.text);
  return { path, uid, gid, mtime, type: 'File', mode: 0o644, size: content.length, content };
}
