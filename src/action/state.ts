import * as core from '@actions/core';

const RUN = 'run';

/** Leaves the identifier of this run for the post step. */
export function saveRun(run: string): void {
  core.saveState(RUN, run);
}

/** The identifier that main left, or undefined when it did not come so far. */
export function savedRun(): string | undefined {
  return core.getState(RUN) || undefined;
}
