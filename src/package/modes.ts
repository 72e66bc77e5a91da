import ignore from 'ignore';
import type { ArchiveEntry } from '../archive/write.js';

/** Whether an entry keeps its mode. Its path is below the top of the release, with `/`. */
export type KeepsMode = (path: string, isDirectory: boolean) => boolean;

/** Set-user-ID, set-group-ID, and the bit that restricts who may remove a file from a directory. */
const SPECIAL_BITS = 0o7000;
const SET_ID_BITS = 0o6000;

/** @param patterns - as in `.gitignore`, below the top of the release; what is below a matching directory matches, too */
export function keepsModes(patterns: readonly string[]): KeepsMode {
  if (patterns.length === 0) return () => false;
  const matcher = ignore({ ignorecase: false, allowRelativePaths: true }).add([...patterns]);
  return (path, isDirectory) => matcher.ignores(isDirectory ? `${path}/` : path);
}

/**
 * The mode that an entry has in every release: those that git knows. So a user who does not own the files can run
 * them, and the mask of whoever made the checkout (`umask`) does not reach the tarball.
 */
export function shippedMode(type: ArchiveEntry['type'], mode: number): number {
  if (type === 'SymbolicLink') return 0o777;
  return type === 'Directory' || (mode & 0o100) !== 0 ? 0o755 : 0o644;
}

/** Whether the rights with which a program runs are lost with these modes. On a file that nobody can run, they mean nothing. */
export function losesRights(type: ArchiveEntry['type'], mode: number, shipped: number): boolean {
  const isProgram = type !== 'Directory' && type !== 'SymbolicLink' && (mode & 0o111) !== 0;
  return isProgram && (mode & SET_ID_BITS & ~shipped) !== 0;
}

/** The mode of the unpacked entry: that of the tarball, and this user can read it and look into it, who has to. */
export function unpackedMode(type: ArchiveEntry['type'], mode: number): number {
  return (mode & (SPECIAL_BITS | 0o777)) | (type === 'Directory' ? 0o700 : 0o400);
}
