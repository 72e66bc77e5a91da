import { lstatSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { archiveOf, entryAt, type WholeEntry } from '../archive/write.js';

const ROOT = { uid: 0, gid: 0 };

/**
 * A release as a tar stream whose entries lie below `top`. Everything belongs to root; what its owner may read or
 * execute, everybody may, and nobody may write: so a plain user runs it as the owner of its files would, and cannot
 * change it.
 *
 * @param directory - the unpacked release
 */
export function packRelease(directory: string, top: string): Readable {
  return Readable.from(archiveOf(entriesBelow(directory, top, new Date())));
}

function* entriesBelow(place: string, name: string, mtime: Date): Generator<WholeEntry> {
  const entry = entryAt(place, lstatSync(place), { path: name, ...ROOT, mtime });
  if (!entry) return;
  yield { ...entry, mode: readable(entry.mode) };
  if (entry.type !== 'Directory') return;
  for (const each of readdirSync(place).sort()) yield* entriesBelow(path.join(place, each), `${name}/${each}`, mtime);
}

function readable(mode: number): number {
  const ofOwner = (mode >> 6) & 0o5;
  return ofOwner * 0o111;
}
