import { readdirSync, readlinkSync } from 'node:fs';
import path from 'node:path';
import { MixReleaseError, messageOf } from '../errors.js';
import { openFile, ReadMemory } from './elf/source.js';
import { SNIFF_LENGTH } from './elf/sniff.js';
import { MOST_ENTRIES, type Visitor } from './release-file.js';

/**
 * Shows everything below a directory. Links are not followed, and nothing is written.
 *
 * Synchronous, as the reader of ELF files is: thousands of small reads cost less so than their waiting.
 *
 * @param most - entries; what has more is no release
 * @throws MixReleaseError `release-unreadable`, `not-a-release`
 */
export function visitDirectory(root: string, visitor: Visitor, most = MOST_ENTRIES): void {
  const memory = new ReadMemory();
  let entries = 0;
  const pending = [''];
  for (let below = pending.pop(); below !== undefined; below = pending.pop()) {
    for (const entry of listed(root, below)) {
      entries += 1;
      if (entries > most) throw tooMany(root, most);
      const name = below === '' ? entry.name : `${below}/${entry.name}`;
      if (entry.isDirectory()) {
        if (visitor.directory(name)) pending.push(name);
      } else if (entry.isSymbolicLink()) visitor.link(name, readlinkSync(path.join(root, name)));
      else if (entry.isFile()) visitFile(root, name, visitor, memory);
    }
  }
}

/** @throws MixReleaseError `not-a-release` */
export function tooMany(place: string, most: number): MixReleaseError {
  return new MixReleaseError('not-a-release', {
    what: `${place} has more than ${most.toLocaleString('en')} files and directories`,
    next: 'Name the directory of one release, which has some thousands.',
  });
}

function listed(root: string, below: string) {
  try {
    return readdirSync(path.join(root, below), { withFileTypes: true });
  } catch (error) {
    throw unreadable(path.join(root, below), error);
  }
}

function visitFile(root: string, name: string, visitor: Visitor, memory: ReadMemory): void {
  const place = `${root}/${name}`;
  using content = opened(place, memory);
  const head = content.read(0, Math.min(SNIFF_LENGTH, content.size));
  visitor.file({ path: name, size: content.size, head, content });
}

function opened(place: string, memory: ReadMemory) {
  try {
    return openFile(place, memory);
  } catch (error) {
    throw unreadable(place, error);
  }
}

function unreadable(place: string, error: unknown): MixReleaseError {
  return new MixReleaseError('release-unreadable', {
    what: `${place} cannot be read: ${messageOf(error)}`,
    next: 'Let this user read all of the release.',
    cause: error,
  });
}
