import { mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ScheduledSave } from '../cache/scheduled-save.js';
import type { CacheStore } from '../cache/store.js';
import { BUILD_ROOT } from '../builder/layout.js';
import { saveVolume } from '../cache/save.js';
import type { Engine } from '../engine/engine.js';
import { messageOf } from '../errors.js';
import { logInfo, logWarning } from './log.js';
import { scheduleSave } from './state.js';

/**
 * GitHub's cache as the store of build caches; undefined where there is none. The client packs files into its own archive,
 * so ours is one file on disk, wrapped in that archive for an upload or a download.
 */
export function workflowCache(): CacheStore | undefined {
  // The client's own condition, repeated so that the client is loaded only when needed.
  if (!process.env.ACTIONS_RUNTIME_TOKEN || !(process.env.ACTIONS_RESULTS_URL || process.env.ACTIONS_CACHE_URL)) {
    return undefined;
  }
  return {
    async restore({ key, prefix }) {
      const file = archivePath();
      try {
        if (isForbidden('read')) return undefined;
        await rm(file, { force: true });
        const { restoreCache } = await import('@actions/cache');
        const found = await restoreCache([file], key, [prefix]);
        return found === undefined ? undefined : { key: found, file };
      } catch (error) {
        logWarning(`the cache could not be read: ${messageOf(error)}`);
        return undefined;
      }
    },
    remove: (file) => rm(file, { force: true }),
    scheduleSave,
  };
}

/** Performs the save that the main step scheduled. A failure is only a warning. */
export async function saveBuildCache(engine: Engine, run: string, state: ScheduledSave): Promise<void> {
  const file = archivePath();
  try {
    if (isForbidden('write')) return;
    await mkdir(path.dirname(file), { recursive: true });
    const { key, facts, volume, image, platform, withBuild } = state;
    await saveVolume(engine, { volume, path: BUILD_ROOT, image, platform, run }, file, facts, withBuild);
    const { saveCache } = await import('@actions/cache');
    if ((await saveCache([file], key)) >= 0) logInfo(`saved the build cache as ${key}`);
  } catch (error) {
    logWarning(`the build cache was not saved: ${messageOf(error)}`);
  } finally {
    await rm(file, { force: true });
  }
}

/** Whether this run's token forbids the operation; a run from a fork, for example, may only read. */
function isForbidden(operation: 'read' | 'write'): boolean {
  const mode = (process.env.ACTIONS_CACHE_MODE ?? '').trim().toLowerCase();
  const forbidden = mode === 'none' || mode === (operation === 'read' ? 'write-only' : 'read');
  if (forbidden)
    logInfo(`the cache is not ${operation === 'read' ? 'read' : 'written'}: this run may not (mode ${mode})`);
  return forbidden;
}

/** The path of the archive, always the same, because the service compares it. */
function archivePath(): string {
  return path.join(process.env.RUNNER_TEMP ?? tmpdir(), 'mix-release-cache', 'state.tar.zst');
}
