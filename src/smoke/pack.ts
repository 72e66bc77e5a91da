import { lstatSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { archiveOf, entryAt, type WholeEntry } from '../archive/write.js';

/** Who the entries belong to, and when they were changed. */
interface Owned {
  /** Its name; the tarball has no such directory, so its mode is none of the release's. */
  readonly top: string;
  /** Undefined for root. */
  readonly owner: number | undefined;
  readonly mtime: Date;
}

/**
 * A release as a tar stream with its entries below `top`: as root has it who unpacks the tarball. All files belong to
 * root and have the modes that they ship with, so that another user runs it with the rights that the user of a service
 * has.
 *
 * @param directory - the unpacked release
 * @param owner - the user who owns it instead, and may write to all of it
 */
export function packRelease(directory: string, top: string, owner?: number): Readable {
  return Readable.from(archiveOf(entriesBelow(directory, top, { top, owner, mtime: new Date() })));
}

function* entriesBelow(file: string, name: string, owned: Owned): Generator<WholeEntry> {
  const { top, owner, mtime } = owned;
  const entry = entryAt(file, lstatSync(file), { path: name, uid: owner ?? 0, gid: owner ?? 0, mtime });
  if (!entry) return;
  const mode = name === top ? 0o755 : entry.mode;
  yield { ...entry, mode: mode | (owner === undefined ? 0 : OWNER_WRITES) };
  if (entry.type !== 'Directory') return;
  for (const each of readdirSync(file).sort()) yield* entriesBelow(path.join(file, each), `${name}/${each}`, owned);
}

const OWNER_WRITES = 0o200;
