import { accessSync, constants, type Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { systemErrorCode } from '../errors.js';
import { nameOf, onDisk } from '../path-bytes.js';
import { unreadableSources } from './unreadable.js';

/** What a user without the right to read has. */
const DENIED = new Set(['EACCES', 'EPERM']);
/** What Node decodes bytes to that are no UTF-8. */
const UNDECODED = '\ufffd';

/**
 * The entries of a directory, sorted, with names as `nameOf` gives them.
 *
 * @param name - of the directory in the checkout, for messages
 * @param ignored - whether git ignores it
 * @returns `gone` for a directory that was removed since it was listed; `unreadable` only for an ignored one
 * @throws MixReleaseError `sources-unreadable`
 */
export async function entriesOf(
  directory: string,
  name: string,
  ignored: boolean,
): Promise<readonly Dirent[] | 'gone' | 'unreadable'> {
  try {
    const entries = await readdir(onDisk(directory), { withFileTypes: true });
    const decoded = entries.some((entry) => entry.name.includes(UNDECODED)) ? await readBytes(directory) : entries;
    return decoded.sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    if (name === '') throw unreadableSources(error);
    return whyNot(error, name, ignored);
  }
}

async function readBytes(directory: string): Promise<Dirent[]> {
  const entries = await readdir(onDisk(directory), { withFileTypes: true, encoding: 'buffer' });
  return entries.map((entry) => Object.assign(entry, { name: nameOf(entry.name) }) as unknown as Dirent);
}

/**
 * Whether this user, who is not root, can read a file that git ignores; `gone` for one that was removed since it was
 * listed.
 */
export function readable(file: string, name: string): 'readable' | 'unreadable' | 'gone' {
  try {
    // Synchronous, because awaiting thousands of them takes longer.
    accessSync(onDisk(file), constants.R_OK);
    return 'readable';
  } catch (error) {
    return whyNot(error, name, true);
  }
}

/**
 * What a file is that could not be opened.
 *
 * @throws MixReleaseError `sources-unreadable` for a file that git does not ignore
 */
export function whyNot(error: unknown, name: string, ignored: boolean): 'unreadable' | 'gone' {
  const code = systemErrorCode(error) ?? '';
  if (code === 'ENOENT') return 'gone';
  if (ignored && DENIED.has(code)) return 'unreadable';
  throw unreadableSources(error, name);
}
