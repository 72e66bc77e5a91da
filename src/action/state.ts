import * as core from '@actions/core';
import { SCHEDULED_SAVE, type ScheduledSave } from '../cache/scheduled-save.js';
import { parseJson } from '../json.js';
import { logWarning } from './log.js';

const RUN = 'run';
const STATE = 'state';

/** Saves the identifier of this run for the post step. */
export function saveRunId(run: string): void {
  core.saveState(RUN, run);
}

/** The identifier that the main step saved; undefined if it ended before that. */
export function savedRunId(): string | undefined {
  return core.getState(RUN) || undefined;
}

/** Schedules the save of a state volume for the post step. */
export function scheduleSave(state: ScheduledSave): void {
  core.saveState(STATE, JSON.stringify(state));
}

/** The save that the main step scheduled, if any; invalid text is a warning, and nothing is saved. */
export function scheduledSave(): ScheduledSave | undefined {
  const text = core.getState(STATE);
  if (text === '') return undefined;
  const parsed = parseJson(SCHEDULED_SAVE, text);
  if ('value' in parsed) return parsed.value;
  logWarning(`the build cache was not saved: the scheduled save is invalid: ${parsed.why}`);
  return undefined;
}
