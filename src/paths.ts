import path from 'node:path';

/**
 * A path below a root, relative to it and with `/`: '' for the root itself, undefined for one that lies outside.
 * Both are absolute.
 */
export function insideOf(root: string, place: string): string | undefined {
  const relative = path.relative(root, place);
  if (relative === '..' || relative.startsWith(`..${path.sep}`) || path.isAbsolute(relative)) return undefined;
  return relative.split(path.sep).join('/');
}
