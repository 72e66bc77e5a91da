import { connectEngine } from '../engine/engine.js';
import { reapRun } from '../engine/reap.js';
import { messageOf } from '../errors.js';
import { saveCached } from './cache.js';
import { logInfo, logWarning } from './log.js';
import { savedRun, savedState } from './state.js';

/** Saves the state where main planned to, and removes what main left in the engine: the state volume always, a container when main was killed. */
async function post(): Promise<void> {
  const run = savedRun();
  if (run === undefined) return;
  try {
    const engine = await connectEngine();
    const state = savedState();
    // The state lies on the volume that goes next.
    if (state) await saveCached(engine, run, state);
    const { containers, volumes } = await reapRun(engine, run);
    for (const name of [...containers, ...volumes]) logInfo(`removed ${name}`);
  } catch (error) {
    // Without an engine nothing is left to remove, and the job's own result must not change here.
    logWarning(`could not clean up after the build: ${messageOf(error)}`);
  }
}

// What a dependency should do otherwise is nothing that a user can act on.
process.noDeprecation = true;
void post();
