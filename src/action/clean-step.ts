import type { Engine } from '../engine/engine.js';
import { reapRun } from '../engine/reap.js';
import { messageOf } from '../errors.js';
import { saveCached } from './cache.js';
import { logInfo, logWarning } from './log.js';
import { savedRun, savedState } from './state.js';

/**
 * The post step: saves the state where main planned to, and removes what main left in the engine: the state volume
 * always, a container when main was killed. Never throws.
 */
export async function cleanStep(connect: () => Promise<Engine>): Promise<void> {
  const run = savedRun();
  if (run === undefined) return;
  try {
    await using engine = await connect();
    const state = savedState();
    // The state lies on the volume that goes next.
    if (state) await saveCached(engine, run, state);
    const { containers, networks, volumes, left } = await reapRun(engine, run);
    for (const name of [...containers, ...networks, ...volumes]) logInfo(`removed ${name}`);
    for (const thing of left) logWarning(`could not be removed after the build: ${thing}`);
  } catch (error) {
    // Without an engine nothing is left to remove, and the job's own result must not change here.
    logWarning(`could not clean up after the build: ${messageOf(error)}`);
  }
}
