import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, readlink } from 'node:fs/promises';
import path from 'node:path';
import { MixReleaseError, messageOf } from '../errors.js';
import { bytesOf, onDisk, shownName } from '../path-bytes.js';
import { listGitFiles } from './git.js';
import { entriesOf } from './read.js';

/**
 * The files that a Dockerfile may copy from its own directory: those that git tracks or would add, or, outside a git
 * checkout, all but `.git`. So ignored files, such as `.env`, cannot get into an image.
 *
 * @param directory - absolute
 * @returns files and symbolic links, relative, with `/`, sorted
 * @throws MixReleaseError `sources-unreadable`
 */
export async function listContext(directory: string): Promise<readonly string[]> {
  try {
    const listed = (await listGitFiles(directory)) ?? (await listAll(directory));
    const present = await Promise.all(listed.map(async (name) => ((await isFile(directory, name)) ? [name] : [])));
    return [...new Set(present.flat())].sort();
  } catch (error) {
    throw unreadable(directory, error);
  }
}

/**
 * The hash of a context, 64 hex digits: of names, executable bits and content. Times and other mode bits do not count,
 * because they differ between checkouts of one commit.
 *
 * @throws MixReleaseError `sources-unreadable`
 */
export async function hashContext(directory: string, names: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  try {
    for (const name of names) await addFile(hash, directory, name);
  } catch (error) {
    throw unreadable(directory, error);
  }
  return hash.digest('hex');
}

async function addFile(hash: Hash, directory: string, name: string): Promise<void> {
  const file = onDisk(path.join(directory, name));
  const found = await lstat(file);
  const kind = found.isSymbolicLink() ? 'link' : (found.mode & 0o100) === 0 ? 'file' : 'program';
  hash
    .update(`${kind} ${String(found.size)} `)
    .update(bytesOf(name))
    .update('\0');
  if (found.isSymbolicLink()) hash.update(await readlink(file, 'buffer'));
  else for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
}

async function listAll(directory: string): Promise<readonly string[]> {
  const names: string[] = [];
  async function visit(below: string): Promise<void> {
    const entries = await entriesOf(path.join(directory, below), below, false);
    if (typeof entries === 'string') return;
    for (const entry of entries.filter(({ name }) => name !== '.git')) {
      const name = below === '' ? entry.name : `${below}/${entry.name}`;
      if (entry.isDirectory()) await visit(name);
      else names.push(name);
    }
  }
  await visit('');
  return names;
}

async function isFile(directory: string, name: string): Promise<boolean> {
  // Git also lists deleted files and the directories of submodules.
  const found = await lstat(onDisk(path.join(directory, name))).catch(() => undefined);
  return found !== undefined && (found.isFile() || found.isSymbolicLink());
}

function unreadable(directory: string, error: unknown): MixReleaseError {
  return new MixReleaseError('sources-unreadable', {
    what: `the files next to the Dockerfile in ${directory} cannot be read: ${shownName(messageOf(error))}`,
    next: 'Give this user read access to them, or move the Dockerfile to its own directory.',
    cause: error,
  });
}
