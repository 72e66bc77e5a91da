import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { patternFor } from '../../sources/exclude.js';
import { relativeInside } from '../../paths.js';
import { repositoryAbove } from '../../sources/repository-above.js';
import type { Hook } from './hooks.js';
import type { ImageRequest } from './image.js';

/** The checkout of a build, with what turns values that were relative to the given directory. */
export interface WideCheckout {
  /** Absolute. */
  readonly checkout: string;
  /** Why it is not the given directory; undefined where it is. */
  readonly reason: string | undefined;
  readonly patterns: (patterns: readonly string[]) => readonly string[];
  readonly image: (image: ImageRequest) => ImageRequest;
}

/**
 * The checkout of a build: the given directory, or the repository that it lies in, where the project needs that. Only
 * what is sent depends on it: paths in options stay relative to the given directory.
 *
 * @param directory - absolute, as given
 * @param project - absolute
 */
export async function wideCheckout(
  directory: string,
  project: string,
  hooks: readonly (Hook | undefined)[],
): Promise<WideCheckout> {
  const texts = hooks.map(async (hook) => hook?.text ?? (hook?.file === undefined ? '' : readFile(hook.file, 'utf8')));
  const above = await repositoryAbove(directory, project, await Promise.all(texts));
  if (above === undefined) {
    return { checkout: directory, reason: undefined, patterns: (given) => given, image: (given) => given };
  }
  const { root, reason } = above;
  const inside = relativeInside(root, directory) ?? '';
  return {
    checkout: root,
    reason,
    patterns: (given) => given.map((each) => patternBelow(inside, each)),
    image: (given) => {
      const { file } = given.versions;
      if (file === undefined) return given;
      return { ...given, versions: { ...given.versions, file: path.relative(root, path.resolve(directory, file)) } };
    },
  };
}

/** A pattern of a `.gitignore` in a directory, as one of the root. */
function patternBelow(directory: string, pattern: string): string {
  const [, negation = '', rest = ''] = /^(!?)(.*)$/s.exec(pattern) ?? [];
  // A comment, or the repository itself.
  if (rest.trim() === '' || pattern.startsWith('#') || /(?:^|\/)\.git(?:\/|$)/.test(rest)) return pattern;
  const hasPlace = rest.replace(/\/\s*$/, '').includes('/');
  return `${negation}${patternFor(directory)}/${hasPlace ? '' : '**/'}${rest.replace(/^\//, '')}`;
}
