import { openBackground } from '../../../src/pipeline/background.js';
import { stopOf, stopErrorOf, type OpenRun, type Reporter, type Run } from '../../../src/pipeline/run.js';

/** A run of stages that need nothing of it but its signal, its log and its background. */
export interface TestRun {
  readonly open: OpenRun;
  readonly events: readonly (readonly unknown[])[];
  cancel(): void;
}

/** A reporter that keeps what it was told; lines of commands are left out. */
function recordingReporter(events: unknown[][]): Reporter {
  return {
    stageStarted: (stage) => void events.push(['started', stage]),
    stageEnded: (stage, _, outcome) => void events.push(['ended', stage, outcome]),
    stageSkipped: (stage, reason) => void events.push(['skipped', stage, reason]),
    line: () => undefined,
    note: (text) => void events.push(['note', text]),
    warn: (text) => void events.push(['warn', text]),
  };
}

export function openTestRun(): TestRun {
  const events: unknown[][] = [];
  const reporter = recordingReporter(events);
  const cancelled = new AbortController();
  const failed = new AbortController();
  const signal = AbortSignal.any([cancelled.signal, failed.signal]);
  const background = openBackground((error) => failed.abort(error));
  const run = { signal, log: reporter, background } as Partial<Run> as Run;
  return {
    events,
    cancel: () => cancelled.abort(),
    open: {
      ...{ run, reporter, seconds: {} },
      stopped: stopOf(signal),
      stopError: stopErrorOf(cancelled.signal, failed.signal),
      diagnostics: () => [],
      end: () => Promise.resolve(),
    },
  };
}
