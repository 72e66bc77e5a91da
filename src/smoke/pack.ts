import type { Readable } from 'node:stream';
import { Pack } from 'tar';
import { NoLinks, writtenBy } from '../archive/entries.js';
import { streamOf } from '../archive/stream.js';

/**
 * A release as a tar stream whose entries lie below `top`. Everything belongs to root; what its owner may read or
 * execute, everybody may, and nobody may write: so a plain user runs it as the owner of its files would, and cannot
 * change it.
 *
 * @param directory - the unpacked release
 */
export function packRelease(directory: string, top: string): Readable {
  const owned = writtenBy({ uid: 0, gid: 0 });
  const pack = new Pack({
    cwd: directory,
    prefix: top,
    preservePaths: true,
    strict: true,
    linkCache: new NoLinks(),
    onWriteEntry: (entry) => {
      owned(entry);
      if (entry.stat) entry.stat.mode = readable(entry.stat.mode);
    },
  });
  pack.add('.');
  pack.end();
  return streamOf(pack);
}

function readable(mode: number): number {
  const ofOwner = (mode >> 6) & 0o5;
  return (mode & ~0o7777) | (ofOwner * 0o111);
}
