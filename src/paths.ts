import path from 'node:path';

/**
 * A path relative to a root, with `/`: '' for the root itself, undefined for a path outside it.
 * Both are absolute.
 */
export function relativeInside(root: string, file: string): string | undefined {
  const relative = path.relative(root, file);
  if (relative === '..' || relative.startsWith(`..${path.sep}`) || path.isAbsolute(relative)) return undefined;
  return relative.split(path.sep).join('/');
}

/** The directories that a relative path with `/` lies in, the outermost first: `a` and `a/b` for `a/b/c`. */
export function directoriesAbove(name: string): readonly string[] {
  const parts = name.split('/');
  return parts.slice(1).map((_, at) => parts.slice(0, at + 1).join('/'));
}
