import { lstatSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { systemErrorCode } from '../errors.js';
import { onDisk } from '../path-bytes.js';
import { git } from './git-command.js';
import type { GitInfo, WorkingCopy } from './git.js';

/** The index of a repository in the copy. */
export interface RepositoryIndex {
  /** Of the working copy, relative to the checkout; '' for the checkout itself. */
  readonly directory: string;
  /** Tracked files that git has to pass over, relative to the working copy: without them, it would call it changed. */
  readonly skip: readonly string[];
}

/**
 * The repositories among the sources, each with the tracked files that are not sent, and with those that a filter
 * outside the repository would have to read, such as Git LFS. Files that the user removed are not among them: there, git
 * calls the checkout changed, too.
 */
export async function skippedFiles(
  checkout: string,
  paths: readonly string[],
  root: GitInfo | undefined,
  copies: ReadonlyMap<string, WorkingCopy>,
): Promise<readonly RepositoryIndex[]> {
  const sent = new Set(paths);
  const all: readonly (readonly [string, WorkingCopy])[] = [...(root ? [['', root] as const] : []), ...copies];
  const found = all.flatMap(([directory, { tracked }]) => {
    const inCheckout = (name: string): string => (directory === '' ? name : `${directory}/${name}`);
    if (!sent.has(inCheckout('.git'))) return [];
    const missing = tracked.filter(
      (name) => !sent.has(inCheckout(name)) && exists(path.join(checkout, inCheckout(name))),
    );
    return [{ directory, missing, attributes: tracked.filter((name) => name.endsWith('.gitattributes')) }];
  });
  return Promise.all(
    found.map(async ({ directory, missing, attributes }) => {
      const filtered = await filteredFiles(path.join(checkout, directory), attributes);
      return { directory, skip: [...new Set([...missing, ...filtered])] };
    }),
  );
}

/** Tracked files whose content a filter makes, which the builder does not have. */
async function filteredFiles(root: string, attributes: readonly string[]): Promise<readonly string[]> {
  const texts = attributes.map((name) => textOf(path.join(root, name)));
  const filters = new Set(
    texts.flatMap((text) => Array.from(text.matchAll(/\sfilter=([\w-]+)/g), ([, name = '']) => name)),
  );
  if (filters.size === 0) return [];
  const patterns = Array.from(filters, (name) => `:(attr:filter=${name})`);
  return git(root, ['ls-files', '-z', '--', ...patterns]).catch(() => []);
}

function exists(file: string): boolean {
  try {
    lstatSync(onDisk(file));
    return true;
  } catch (error) {
    return !['ENOENT', 'ENOTDIR'].includes(systemErrorCode(error) ?? '');
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(onDisk(file), 'utf8');
  } catch {
    return '';
  }
}
