import type { Engine } from '../engine/engine.js';
import { reapRun } from '../engine/reap.js';
import { messageOf } from '../errors.js';
import { saveBuildCache } from './cache.js';
import { logInfo, logWarning } from './log.js';
import { savedRunId, scheduledSave } from './state.js';

/**
 * The post step: performs the save that the main step scheduled, and removes what that step left in the engine: its state
 * volume and, if it was killed, its containers. Never throws.
 */
export async function cleanStep(connect: () => Promise<Engine>): Promise<void> {
  const run = savedRunId();
  if (run === undefined) return;
  try {
    await using engine = await connect();
    const state = scheduledSave();
    // Save before the state volume is removed.
    if (state) await saveBuildCache(engine, run, state);
    const { containers, networks, volumes, left } = await reapRun(engine, run);
    for (const name of [...containers, ...networks, ...volumes]) logInfo(`removed ${name}`);
    for (const thing of left) logWarning(`could not be removed after the build: ${thing}`);
  } catch (error) {
    // A failed cleanup must not change the result of the job.
    logWarning(`could not clean up after the build: ${messageOf(error)}`);
  }
}
