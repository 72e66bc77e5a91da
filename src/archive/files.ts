import { Header, Pack, ReadEntry } from 'tar';
import type { Readable } from 'node:stream';
import { streamOf } from './stream.js';

/** A file or a symbolic link that exists only in memory. */
export type VirtualFile = {
  readonly path: string;
  readonly uid?: number;
  readonly gid?: number;
} & ({ readonly text: string } | { readonly linkTo: string });

/** An archive of virtual files, as a stream. */
export function packFiles(files: readonly VirtualFile[]): Readable {
  const pack = new Pack({ jobs: files.length + 1 });
  addFiles(pack, files, new Date());
  pack.end();
  return streamOf(pack);
}

/** Adds virtual files to an archive that is being written. */
export function addFiles(pack: Pack, files: readonly VirtualFile[], mtime: Date): void {
  for (const file of files) {
    const body = 'text' in file ? Buffer.from(file.text) : undefined;
    const header = new Header({
      path: file.path,
      mode: 'text' in file ? 0o644 : 0o777,
      uid: file.uid ?? 0,
      gid: file.gid ?? 0,
      mtime,
      size: body?.length ?? 0,
      type: 'text' in file ? 'File' : 'SymbolicLink',
      ...('linkTo' in file ? { linkpath: file.linkTo } : {}),
    });
    header.encode();
    const entry = new ReadEntry(header);
    if (body) entry.write(body);
    entry.end();
    pack.add(entry);
  }
}
