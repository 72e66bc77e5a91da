import { mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ScheduledSave } from '../cache/scheduled-save.js';
import type { CacheStore } from '../cache/store.js';
import { STATE } from '../builder/layout.js';
import { saveVolume } from '../cache/save.js';
import type { Engine } from '../engine/engine.js';
import { messageOf } from '../errors.js';
import { logInfo, logWarning } from './log.js';
import { saveState } from './state.js';

/**
 * GitHub's cache as the store of states; undefined where there is none. The client wants paths on disk and makes an
 * archive of its own of them. So our archive is one file there, and it is wrapped once more for as long as an upload or
 * a download takes.
 */
export function workflowCache(): CacheStore | undefined {
  // As the client sees it; that is loaded only when there is something to do.
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
    scheduleSave: saveState,
  };
}

/** Saves the state that main planned to; trouble is a warning, and never more. */
export async function saveCached(engine: Engine, run: string, state: ScheduledSave): Promise<void> {
  const file = archivePath();
  try {
    if (isForbidden('write')) return;
    await mkdir(path.dirname(file), { recursive: true });
    const { key, facts, volume, image, platform, withBuild } = state;
    await saveVolume(engine, { volume, path: STATE, image, platform, run }, file, facts, withBuild);
    const { saveCache } = await import('@actions/cache');
    if ((await saveCache([file], key)) >= 0) logInfo(`saved the state as ${key}`);
  } catch (error) {
    logWarning(`the state was not cached: ${messageOf(error)}`);
  } finally {
    await rm(file, { force: true });
  }
}

/** Whether this run's token may not do that; a run from a fork, for example, may only read. */
function isForbidden(doing: 'read' | 'write'): boolean {
  const mode = (process.env.ACTIONS_CACHE_MODE ?? '').trim().toLowerCase();
  const forbidden = mode === 'none' || mode === (doing === 'read' ? 'write-only' : 'read');
  if (forbidden) logInfo(`the cache is not ${doing === 'read' ? 'read' : 'written'}: this run may not (mode ${mode})`);
  return forbidden;
}

/** The path is part of what the service compares, so that it is always the same. */
function archivePath(): string {
  return path.join(process.env.RUNNER_TEMP ?? tmpdir(), 'mix-release-cache', 'state.tar.zst');
}
