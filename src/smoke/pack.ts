import { lstatSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { archiveOf, entryAt, type WholeEntry } from '../archive/write.js';

/** Who the entries belong to, and when they were changed. */
interface Owned {
  /** Undefined for root, who lets nobody write. */
  readonly owner: number | undefined;
  readonly mtime: Date;
}

/**
 * A release as a tar stream with its entries below `top`. All files belong to root. Everyone may read and execute what
 * the owner may, and nobody may write: so an unprivileged user runs it like the owner of its files, and cannot
 * change it.
 *
 * @param directory - the unpacked release
 * @param owner - the user who may write to all of it instead; undefined for nobody
 */
export function packRelease(directory: string, top: string, owner?: number): Readable {
  return Readable.from(archiveOf(entriesBelow(directory, top, { owner, mtime: new Date() })));
}

function* entriesBelow(file: string, name: string, owned: Owned): Generator<WholeEntry> {
  const { owner, mtime } = owned;
  const entry = entryAt(file, lstatSync(file), { path: name, uid: owner ?? 0, gid: owner ?? 0, mtime });
  if (!entry) return;
  yield { ...entry, mode: readable(entry.mode) | (owner === undefined ? 0 : OWNER_WRITES) };
  if (entry.type !== 'Directory') return;
  for (const each of readdirSync(file).sort()) yield* entriesBelow(path.join(file, each), `${name}/${each}`, owned);
}

const OWNER_WRITES = 0o200;

function readable(mode: number): number {
  const ofOwner = (mode >> 6) & 0o5;
  return ofOwner * 0o111;
}
