import type { Source } from './elf/source.js';

/** A file of a release, while it is looked at. */
export interface ReleaseFile {
  /** Below the release's root, with `/`. */
  readonly path: string;
  /** Bytes of the file itself; the source may hold only the first of them, see `ReleaseSource`. */
  readonly size: number;
  /** The first 1024 bytes, or all of a shorter file. */
  readonly head: Buffer;
  /** The content, good until the visitor returns. */
  readonly content: Source;
}

/** Who is shown what is in a release, in no order. */
export interface Visitor {
  file(file: ReleaseFile): void;
  /** A symbolic or a hard link, which is never followed; `target` is as written. */
  link(path: string, target: string): void;
  /** @returns whether what is in the directory is wanted, too */
  directory(path: string): boolean;
}

/** A release has some thousands; with more than these, it is something else. */
export const MOST_ENTRIES = 250_000;

/** So many bytes of a file that is no machine code are at hand, at least. */
export const TEXT_LENGTH = 64 * 1024;

/** The beginning of a file as text; bytes that are no UTF-8 become replacement characters. */
export function textOf({ content }: ReleaseFile): string {
  return content.read(0, Math.min(TEXT_LENGTH, content.size)).toString('utf8');
}
