import * as core from '@actions/core';
import type { StateToSave } from '../cache/store.js';

const RUN = 'run';
const STATE = 'state';

/** Leaves the identifier of this run for the post step. */
export function saveRun(run: string): void {
  core.saveState(RUN, run);
}

/** The identifier that main left, or undefined when it did not come so far. */
export function savedRun(): string | undefined {
  return core.getState(RUN) || undefined;
}

/** Leaves for the post step what it has to save. */
export function saveState(state: StateToSave): void {
  core.saveState(STATE, JSON.stringify(state));
}

/** What main left to be saved, if anything. */
export function savedState(): StateToSave | undefined {
  const text = core.getState(STATE);
  return text === '' ? undefined : (JSON.parse(text) as StateToSave);
}
