import type { ReleaseFile } from '../release-file.js';
import type { Finding } from '../report.js';
import { error, warning } from './finding.js';

/** Longer than any pointer, in bytes; the specification has the same limit. */
const MAX_POINTER = 1024;

/**
 * Pointers of Git LFS: a few lines of text that stand in a checkout for a large file.
 *
 * Format: https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md
 */
export function pointerFindings({ path, size, mode, head }: ReleaseFile): readonly Finding[] {
  if (size >= MAX_POINTER || !isPointer(head.toString('latin1'))) return [];
  const isCode = /\.(?:so(?:\.[\d.]+)?|beam|node)$/.test(path) || (mode & 0o111) !== 0;
  return [
    (isCode ? error : warning)(
      'lfs-pointer',
      path,
      `it is a pointer of Git LFS, not the ${isCode ? 'code' : 'file'} that it stands for`,
      'Fetch the file before the build: `lfs: true` for actions/checkout, or `git lfs pull`. Leave it out if the release does not need it.',
    ),
  ];
}

function isPointer(text: string): boolean {
  return (
    /^version https:\/\/(?:git-lfs|hawser)\.github\.com\/spec\/\S+\r?\n/.test(text) &&
    /^oid sha256:[0-9a-f]{64}\r?$/m.test(text) &&
    /^size \d+\r?$/m.test(text)
  );
}
