/** A program: packs a directory as a build packs a release, and does nothing else. Arguments: directory, tarball, format. */
import { lstat, readdir } from 'node:fs/promises';
import path from 'node:path';
import { FORMATS } from '../../src/package/format.js';
import { packTarball } from '../../src/package/tarball.js';
import type { TreeEntry } from '../../src/package/tree.js';

async function entriesOf(directory: string): Promise<readonly TreeEntry[]> {
  const found = await readdir(directory, { recursive: true, withFileTypes: true });
  const entries = found.map(async (entry): Promise<TreeEntry> => {
    const file = path.join(entry.parentPath, entry.name);
    const { mode } = await lstat(file);
    const type = entry.isDirectory() ? 'Directory' : 'File';
    return { path: path.relative(directory, file), type, mode: mode & 0o7777 };
  });
  const key = ({ path: name }: TreeEntry): string => name.replaceAll('/', '\0');
  return (await Promise.all(entries)).sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

const [, , directory = '', tarball = '', requested] = process.argv;
const format = FORMATS.find((known) => known === requested);
if (format === undefined) throw new Error(`no format ${String(requested)}`);
await packTarball(directory, await entriesOf(directory), tarball, { format, mtime: new Date('2020-01-01T00:00:00Z') });
