import { lstatSync, readdirSync, readlinkSync } from 'node:fs';
import path from 'node:path';
import { MixReleaseError, messageOf } from '../errors.js';
import { openFile, ReadMemory } from './elf/source.js';
import { SNIFF_LENGTH } from './elf/sniff.js';
import { MAX_ENTRIES, type Visitor } from './release-file.js';

/**
 * Visits everything below a directory. Links are not followed, and nothing is written.
 *
 * Synchronous, like the ELF reader: for thousands of small reads, awaiting each would cost more than the read.
 *
 * @param maxEntries - a directory with more entries is not a release
 * @throws MixReleaseError `release-unreadable`, `not-a-release`
 */
export function visitDirectory(root: string, visitor: Visitor, maxEntries = MAX_ENTRIES): void {
  const memory = new ReadMemory();
  let entries = 0;
  const pending = [''];
  for (let below = pending.pop(); below !== undefined; below = pending.pop()) {
    for (const entry of entriesOf(root, below)) {
      entries += 1;
      if (entries > maxEntries) throw tooMany(root, maxEntries);
      const name = below === '' ? entry.name : `${below}/${entry.name}`;
      if (entry.isDirectory()) {
        if (visitor.directory(name, modeOf(root, name))) pending.push(name);
      } else if (entry.isSymbolicLink()) visitor.link(name, readlinkSync(path.join(root, name)));
      else if (entry.isFile()) visitFile(root, name, visitor, memory);
    }
  }
}

/** @throws MixReleaseError `not-a-release` */
export function tooMany(path: string, maxEntries: number): MixReleaseError {
  return new MixReleaseError('not-a-release', {
    what: `${path} has more than ${maxEntries.toLocaleString('en')} files and directories`,
    next: 'Name the directory of a single release; a release has some thousands.',
  });
}

function entriesOf(root: string, below: string) {
  try {
    return readdirSync(path.join(root, below), { withFileTypes: true });
  } catch (error) {
    throw unreadable(path.join(root, below), error);
  }
}

function modeOf(root: string, name: string): number {
  return lstatSync(path.join(root, name)).mode & 0o7777;
}

function visitFile(root: string, name: string, visitor: Visitor, memory: ReadMemory): void {
  const path = `${root}/${name}`;
  using content = openReleaseFile(path, memory);
  const head = content.read(0, Math.min(SNIFF_LENGTH, content.size));
  visitor.file({ path: name, size: content.size, mode: content.mode, head, content });
}

function openReleaseFile(path: string, memory: ReadMemory) {
  try {
    return openFile(path, memory);
  } catch (error) {
    throw unreadable(path, error);
  }
}

function unreadable(path: string, error: unknown): MixReleaseError {
  return new MixReleaseError('release-unreadable', {
    what: `${path} cannot be read: ${messageOf(error)}`,
    next: 'Give this user read access to all files of the release.',
    cause: error,
  });
}
