import * as core from '@actions/core';
import { SCHEDULED_SAVE, type ScheduledSave } from '../cache/scheduled-save.js';
import { parseJson } from '../json.js';
import { logWarning } from './log.js';

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
export function saveState(state: ScheduledSave): void {
  core.saveState(STATE, JSON.stringify(state));
}

/** What main left to be saved, if anything; what cannot be read is a warning, and nothing is saved. */
export function savedState(): ScheduledSave | undefined {
  const text = core.getState(STATE);
  if (text === '') return undefined;
  const parsed = parseJson(SCHEDULED_SAVE, text);
  if ('value' in parsed) return parsed.value;
  logWarning(`the state was not cached: what this run left of it cannot be used: ${parsed.why}`);
  return undefined;
}
