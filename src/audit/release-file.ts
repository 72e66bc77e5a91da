import type { Source } from './elf/source.js';

/** A file of a release during a visit. */
export interface ReleaseFile {
  /** Below the release's root, with `/`. */
  readonly path: string;
  /** Bytes of the whole file; `content` may hold only the first `TEXT_LENGTH` of them. */
  readonly size: number;
  /** Permissions, and set-user-ID and the like. */
  readonly mode: number;
  /** The first 1024 bytes, or all of a shorter file. */
  readonly head: Buffer;
  /** The content, valid until the visitor returns. */
  readonly content: Source;
}

/** Visits the entries of a release, in any order. */
export interface Visitor {
  file(file: ReleaseFile): void;
  /** A symbolic or a hard link, which is never followed; `target` is as written. */
  link(path: string, target: string): void;
  /** @returns whether to visit the directory's entries */
  directory(path: string, mode: number): boolean;
}

/** A release has some thousands of entries; a tree with more than this is not a release. */
export const MAX_ENTRIES = 250_000;

/** The number of bytes that are available of every file; all of an ELF file and of compiled code (`isCompiled`). */
export const TEXT_LENGTH = 1024 * 1024;

/** The beginning of a file as text; invalid UTF-8 becomes replacement characters. */
export function textOf({ content }: ReleaseFile): string {
  return content.read(0, Math.min(TEXT_LENGTH, content.size)).toString('utf8');
}
