import { decodePath, encodePath } from '../../builder/encoded-path.js';

/** A file or link in the builder's checkout, as it was when everything was sent. All fields as `stat` prints them. */
export interface SentFile {
  readonly inode: string;
  /** Seconds since 1970, with a fraction where the builder's `stat` has one; `-` where it cannot be relied on. */
  readonly ctime: string;
  /** Seconds since 1970. */
  readonly mtime: number;
  /** Bytes. */
  readonly size: string;
  /** Permission bits, octal. */
  readonly mode: string;
  /** Of the content or the link's target; `-` for content that changed while it was sent. */
  readonly digest: string;
  readonly isLink: boolean;
}

/** By path, relative to the checkout. */
export type SentFiles = ReadonlyMap<string, SentFile>;

/** One line a file: `INODE CTIME MTIME SIZE MODE DIGEST PATH`. Our Mix tasks read it, too. */
export function writeSentFiles(files: SentFiles): string {
  return [...files]
    .map(([path, { inode, ctime, mtime, size, mode, digest, isLink }]) =>
      [inode, ctime, String(mtime), size, mode, isLink ? `${LINK}${digest}` : digest, encodePath(path)].join(' '),
    )
    .map((line) => `${line}\n`)
    .join('');
}

/** What the digest of a link begins with. */
const LINK = 'link:';
const LINE = /^(\d+) ([\d.]+|-) (\d+) (\d+) ([0-7]+) (\S+) (\S+)$/;

/** @returns undefined for a record that is missing or damaged */
export function readSentFiles(text: string): SentFiles | undefined {
  if (!text.endsWith('\n')) return undefined;
  const files = new Map<string, SentFile>();
  for (const line of text.slice(0, -1).split('\n')) {
    const fields = LINE.exec(line);
    if (!fields) return undefined;
    const [, inode = '', ctime = '', mtime, size = '', mode = '', content = '', path = ''] = fields;
    const isLink = content.startsWith(LINK);
    const digest = isLink ? content.slice(LINK.length) : content;
    files.set(decodePath(path), { inode, ctime, mtime: Number(mtime), size, mode, digest, isLink });
  }
  return files;
}
