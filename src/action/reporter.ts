import { randomUUID } from 'node:crypto';
import { inert } from '../inert.js';
import type { Reporter } from '../pipeline/run.js';
import { endGroup, logInfo, logWarning, startGroup } from './log.js';

/** Lines of a stage that are held back; of more, the last. */
const HELD = 2000;
/** Milliseconds after which a stage shows its output as it comes: whoever waits so long wants to see what for. */
const PATIENCE = 60_000;

/** How a workflow's log is written. */
export interface LogSettings {
  /** Whether everything is shown as it comes (`RUNNER_DEBUG=1`). */
  readonly verbose: boolean;
  /** Milliseconds, from any beginning. */
  readonly clock?: () => number;
}

/** A stage's output that is not shown yet. */
interface Held {
  readonly since: number;
  readonly lines: string[];
  left: number;
}

/**
 * Progress for a workflow's log: one group a stage. What the container prints is shown in the group when the stage
 * fails or takes long; otherwise the log stays short.
 */
export function workflowReporter({ verbose, clock = () => performance.now() }: LogSettings): Reporter {
  const printer = untrustedPrinter();
  let held: Held | undefined;
  const show = (): void => {
    if (!held) return;
    if (held.left > 0) logInfo(`${String(held.left)} lines before these are shown with RUNNER_DEBUG=1`);
    held.lines.forEach(printer.print);
    held = undefined;
  };
  return {
    stageStarted: (stage) => {
      startGroup(stage);
      held = verbose ? undefined : { since: clock(), lines: [], left: 0 };
    },
    stageEnded: (stage, seconds, outcome) => {
      if (outcome === undefined) show();
      held = undefined;
      printer.end();
      endGroup();
      logInfo(`${stage}: ${seconds.toFixed(1)} s ${outcome ?? 'failed'}`.trimEnd());
    },
    stageSkipped: (stage, reason) => logInfo(`${stage}: skipped, ${reason}`),
    line: (text) => {
      if (held && clock() - held.since > PATIENCE) show();
      if (!held) {
        printer.print(text);
        return;
      }
      held.lines.push(text);
      if (held.lines.length <= HELD) return;
      held.lines.shift();
      held.left += 1;
    },
    note: (text) => {
      printer.end();
      logInfo(text);
    },
    warn: (text) => {
      printer.end();
      logWarning(text);
    },
  };
}

/** Prints the last lines of what failed, outside of any group, so that nobody has to unfold one. */
export function printLast(lines: readonly string[]): void {
  const printer = untrustedPrinter();
  lines.forEach(printer.print);
  printer.end();
}

/**
 * Prints what comes out of a container. Until the end, the runner takes no commands at all, so that nothing that a build
 * prints can set variables or masks: a second lock, for forms of commands that `inert` does not know.
 */
function untrustedPrinter(): { readonly print: (text: string) => void; readonly end: () => void } {
  let resume: string | undefined;
  return {
    print: (text) => {
      if (resume === undefined) {
        resume = randomUUID();
        process.stdout.write(`::stop-commands::${resume}\n`);
      }
      process.stdout.write(`${inert(text)}\n`);
    },
    end: () => {
      if (resume !== undefined) process.stdout.write(`::${resume}::\n`);
      resume = undefined;
    },
  };
}
