import { lstatSync } from 'node:fs';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { packFiles } from '../../archive/files.js';
import type { Kept } from '../../cache/kept.js';
import { BUILDER_UID } from '../../builder/builder.js';
import { RECORD, SOURCES } from '../../builder/layout.js';
import type { RunningContainer } from '../../engine/container.js';
import { onDisk } from '../../path-bytes.js';
import { sameStatus, type SourceEntry } from '../../sources/contents.js';
import { packSources, type DatedFile } from '../../sources/pack.js';
import { changesOf, type Changes } from './changes.js';
import type { FoundSources } from './find.js';
import { settleIndexes } from './git-index.js';
import { lookAtCheckout, type Checkout } from './look.js';
import { writeSentFiles, type SentFile } from './sent-files.js';
import { runStateScript } from './state-script.js';

/** How many files were sent and removed. */
export interface SentCounts {
  readonly sent: number;
  readonly removed: number;
  /** What a person should know. */
  readonly notes: readonly string[];
}

/**
 * Brings the builder's checkout up to date: sends what is new or changed, removes what is gone and what no source and no
 * output of a compilation is, and writes down what was sent.
 *
 * @param before - the builder's checkout, before anything of the project has run
 * @param clockSkew - the engine's clock minus ours, in milliseconds; entries are dated by the later of the two
 * @throws MixReleaseError `sources-unreadable` or `compile-failed`
 */
export async function sendSources(
  container: RunningContainer,
  checkout: string,
  sources: FoundSources,
  before: Checkout,
  clockSkew: number,
): Promise<SentCounts> {
  const now = Math.floor((Date.now() + Math.max(0, clockSkew)) / 1000);
  const changes = changesOf(sources.entries, before, now);
  const { remove, send } = changes;
  const isKnown = before.sent !== undefined && [...before.sent].every(([, { ctime }]) => ctime !== UNRELIABLE);
  const notes: string[] = [];
  if (remove.length > 0) await removeAll(container, remove);
  if (send.length > 0) await container.put(archiveOf(checkout, sources, changes), SOURCES);
  if (remove.length > 0 || send.length > 0 || !isKnown) {
    if (send.length > 0) notes.push(...(await settleIndexes(container, sources.indexes)));
    const after = await lookAtCheckout(container, false);
    const text = writeSentFiles(recordOf(sources, changes, before, after));
    await container.put(packFiles([{ path: 'sent', text }]), RECORD);
  }
  return { sent: send.length, removed: remove.length, notes };
}

const REMOVE = `
cd "$1" || exit
xargs -0 sh -c 'rm -rf -- "$@" 2>/dev/null || { chmod -R u+rwX -- "$@"; rm -rf -- "$@"; }' sh <"$2"
`;

/** Removes all compiled code. */
export async function removeCompiled(container: RunningContainer, { places }: Kept): Promise<void> {
  const builds = Object.values(places).map(({ build }) => path.posix.relative(SOURCES, build));
  if (builds.length > 0) await removeAll(container, builds);
}

/** @param names - relative to the checkout */
async function removeAll(container: RunningContainer, names: readonly string[]): Promise<void> {
  const list = names.map((name) => `./${name}\0`).join('');
  await container.put(packFiles([{ path: 'gone', text: list }]), RECORD);
  await runStateScript(container, {
    title: 'the removal of old files',
    ...{ script: REMOVE, args: [SOURCES, path.posix.join(RECORD, 'gone')] },
    ...{ code: 'compile-failed', failure: `files of an earlier build in ${SOURCES} could not be removed` },
  });
}

function archiveOf(
  checkout: string,
  { entries, located, extra }: FoundSources,
  { send, times, fresh }: Changes,
): Readable {
  const sent = new Set(send);
  const onDisk = send.filter((name) => entries.get(name)?.file !== undefined);
  const kept = new Map<string, DatedFile>();
  for (const name of onDisk) {
    const [seconds, entry] = [times.get(name), entries.get(name)];
    if (entry && seconds !== undefined) {
      kept.set(name, { time: new Date(seconds * 1000), size: entry.size, mtimeMs: entry.mtimeMs });
    }
  }
  return packSources({
    ...{ checkout, located, kept, paths: onDisk },
    directories: send.filter((name) => isVirtualDirectory(entries.get(name))),
    extra: extra.filter(({ path: name }) => sent.has(name)),
    owner: { uid: BUILDER_UID, gid: BUILDER_UID },
    mtime: new Date(fresh * 1000),
  });
}

const isVirtualDirectory = (entry: SourceEntry | undefined): boolean =>
  entry?.kind === 'directory' && entry.file === undefined;

/** The change time of a file that may have been touched in the same second, where `stat` tells no fractions. */
const UNRELIABLE = '-';

/** What is there of the sources, now that everything was sent. */
function recordOf(
  { entries }: FoundSources,
  { send, times, fresh }: Changes,
  before: Checkout,
  { present }: Checkout,
): ReadonlyMap<string, SentFile> {
  const sent = new Set(send);
  const latest = [...present.values()].reduce((max, { ctime }) => Math.max(max, Math.floor(Number(ctime))), 0);
  const files = new Map<string, SentFile>();
  for (const [name, entry] of entries) {
    const there = present.get(name);
    if (!there || entry.kind === 'directory') continue;
    const { inode, ctime, size, mode } = there;
    const isReliable = ctime.includes('.') || Number(ctime) < latest;
    const mtime = sent.has(name) ? (times.get(name) ?? fresh) : (before.sent?.get(name)?.mtime ?? fresh);
    // It is not known which content was sent of what changed meanwhile.
    const digest = isAsRead(entry) ? entry.digest : UNRELIABLE;
    files.set(name, {
      inode,
      ctime: isReliable ? ctime : UNRELIABLE,
      mtime,
      size,
      mode,
      digest,
      isLink: entry.kind === 'link',
    });
  }
  return files;
}

function isAsRead(entry: SourceEntry): boolean {
  if (entry.file === undefined) return true;
  const stat = lstatSync(onDisk(entry.file), { throwIfNoEntry: false });
  return stat !== undefined && sameStatus(stat, entry);
}
