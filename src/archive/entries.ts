import type { WriteEntry } from 'tar';

/** Who owns the entries of an archive, and since when, whatever the file system here says. */
export interface Ownership {
  readonly uid: number;
  readonly gid: number;
}

/**
 * A callback for `tar`'s `onWriteEntry` that leaves only what an archive should say: numeric owner, mode, size, type.
 * The package's own `portable` option is not used, because it changes modes.
 */
export function writtenBy({ uid, gid }: Ownership): (entry: WriteEntry) => void {
  return (entry) => {
    const { stat } = entry;
    if (!stat) return;
    entry.stat = Object.assign(Object.create(Object.getPrototypeOf(stat) as object), stat, {
      uid,
      gid,
      atime: undefined,
      ctime: undefined,
      dev: undefined,
      ino: undefined,
      nlink: undefined,
    }) as typeof stat;
    entry.myuser = '';
    entry.myuid = -1;
  };
}

/**
 * For `tar`'s `linkCache`: every file is written whole. Where files of one archive are hard links to each other, the
 * package else waits for ever, now and then.
 */
export class NoLinks extends Map<`${number}:${number}`, string> {
  override get(): string {
    return 'elsewhere';
  }
}
