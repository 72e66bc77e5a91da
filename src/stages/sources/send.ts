import { lstatSync } from 'node:fs';
import path from 'node:path';
import { packFiles, type VirtualFile } from '../../archive/files.js';
import type { Kept } from '../../cache/kept.js';
import { BUILDER_UID } from '../../builder/builder.js';
import { RECORD, SOURCES } from '../../builder/layout.js';
import type { RunningContainer } from '../../engine/container.js';
import { MixReleaseError } from '../../errors.js';
import { sameStatus } from '../../sources/contents.js';
import { isGitConfig, withoutCredentials } from '../../sources/git-config.js';
import { packSources, type DatedFile } from '../../sources/pack.js';
import { changesOf, type Changes } from './changes.js';
import type { FoundSources } from './find.js';
import { lookAtCheckout, type Checkout } from './look.js';
import { writeSentFiles, type SentFile } from './sent-files.js';

/** How many files were sent and removed. */
export interface SentCounts {
  readonly sent: number;
  readonly removed: number;
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
  if (remove.length > 0) await removeAll(container, remove);
  if (send.length > 0) await container.put(await archiveOf(checkout, sources, changes), SOURCES);
  if (remove.length > 0 || send.length > 0 || !isKnown) {
    if (send.some((name) => sources.entries.get(name)?.kind === 'file')) await refreshIndexes(container, sources);
    const after = await lookAtCheckout(container, false);
    const text = writeSentFiles(recordOf(checkout, sources, changes, before, after));
    await container.put(packFiles([{ path: 'sent', text }]), RECORD);
  }
  return { sent: send.length, removed: remove.length };
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
  const printed: string[] = [];
  const argv = ['sh', '-c', REMOVE, 'sh', SOURCES, path.posix.join(RECORD, 'gone')];
  const status = await container.run({ title: 'the removal of old files', argv }, (line) => printed.push(line));
  if (status === 0) return;
  throw new MixReleaseError('compile-failed', {
    what: `files of an earlier build in ${SOURCES} could not be removed (exit status ${String(status)})`,
    next: 'Run mix-release clean, which removes the state of earlier builds, and build again.',
    output: printed,
  });
}

async function archiveOf(checkout: string, sources: FoundSources, { send, times, fresh }: Changes) {
  const all = new Set(sources.paths);
  const configs = send.filter((name) => isGitConfig(name, all));
  const cleaned = await gitConfigs(checkout, configs, sources.noGit === undefined);
  const kept = new Map<string, DatedFile>();
  for (const [name, seconds] of times) {
    const entry = sources.entries.get(name);
    if (entry) kept.set(name, { time: new Date(seconds * 1000), size: entry.size, mtimeMs: entry.mtimeMs });
  }
  return packSources({
    checkout,
    paths: send.filter((name) => !configs.includes(name)),
    extra: cleaned,
    owner: { uid: BUILDER_UID, gid: BUILDER_UID },
    mtime: new Date(fresh * 1000),
    kept,
  });
}

/**
 * The configurations of git among the sources, without the credentials in them; empty where git cannot be asked what
 * is in them, and then the builder's git takes its defaults.
 */
async function gitConfigs(checkout: string, names: readonly string[], git: boolean): Promise<readonly VirtualFile[]> {
  return Promise.all(
    names.map(async (name) => ({ path: name, text: git ? await withoutCredentials(path.join(checkout, name)) : '' })),
  );
}

/**
 * Git's index knows the files by their inodes and times, which are others here: versions that come from
 * `git diff-index` would say that everything changed. Where git is missing or refuses, they would say so anyway.
 */
async function refreshIndexes(container: RunningContainer, { paths }: FoundSources): Promise<void> {
  const repositories = paths
    .filter((name) => /(?:^|\/)\.git\/index$/.test(name))
    .map((name) => path.posix.dirname(name));
  for (const repository of repositories) {
    const cwd = path.posix.join(SOURCES, path.posix.dirname(repository));
    const argv = ['git', '-c', 'core.fsmonitor=false', 'update-index', '-q', '--refresh'];
    // Files that differ from the commit make it end with 1.
    await container.run({ title: 'git', argv, cwd }, () => undefined);
  }
}

/** The change time of a file that may have been touched in the same second, where `stat` tells no fractions. */
const UNRELIABLE = '-';

/** What is there of the sources, now that everything was sent. */
function recordOf(
  checkout: string,
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
    const stat = lstatSync(path.join(checkout, name), { throwIfNoEntry: false });
    const digest = stat && sameStatus(stat, entry) ? entry.digest : UNRELIABLE;
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
