import { lstatSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { archiveOf, entryAt, type WholeEntry } from '../archive/write.js';

const ROOT = { uid: 0, gid: 0 };

/**
 * A release as a tar stream with its entries below `top`. All files belong to root. Everyone may read and execute what
 * the owner may, and nobody may write: so an unprivileged user runs it like the owner of its files, and cannot
 * change it.
 *
 * @param directory - the unpacked release
 */
export function packRelease(directory: string, top: string): Readable {
  return Readable.from(archiveOf(entriesBelow(directory, top, new Date())));
}

function* entriesBelow(file: string, name: string, mtime: Date): Generator<WholeEntry> {
  const entry = entryAt(file, lstatSync(file), { path: name, ...ROOT, mtime });
  if (!entry) return;
  yield { ...entry, mode: readable(entry.mode) };
  if (entry.type !== 'Directory') return;
  for (const each of readdirSync(file).sort()) yield* entriesBelow(path.join(file, each), `${name}/${each}`, mtime);
}

function readable(mode: number): number {
  const ofOwner = (mode >> 6) & 0o5;
  return ofOwner * 0o111;
}
