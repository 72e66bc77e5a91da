import * as core from '@actions/core';
import { connectEngine } from '../engine/engine.js';
import { reapRun } from '../engine/reap.js';
import { messageOf } from '../errors.js';
import { savedRun } from './state.js';

/** Removes what main left in the engine: the state volume always, a container when main was killed. */
async function post(): Promise<void> {
  const run = savedRun();
  if (run === undefined) return;
  try {
    const { containers, volumes } = await reapRun(await connectEngine(), run);
    for (const name of [...containers, ...volumes]) core.info(`removed ${name}`);
  } catch (error) {
    // Without an engine nothing is left to remove, and the job's own result must not change here.
    core.warning(`could not clean up after the build: ${messageOf(error)}`);
  }
}

void post();
