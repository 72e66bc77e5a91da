import { randomUUID } from 'node:crypto';
import { inert } from '../inert.js';
import type { Reporter } from '../pipeline/run.js';
import { endGroup, logInfo, logWarning, startGroup } from './log.js';

/** The number of a stage's last lines that are buffered. */
const MAX_LINES = 2000;
/** Milliseconds after which a stage prints its output live, to show why it takes long. */
const LIVE_AFTER = 60_000;

/** Options of a workflow's log. */
export interface LogOptions {
  /** Whether to print all output live (`RUNNER_DEBUG=1`). */
  readonly verbose: boolean;
  /** Milliseconds since an arbitrary start. */
  readonly clock?: () => number;
}

/** A stage's output that is not printed yet. */
interface BufferedOutput {
  readonly since: number;
  readonly lines: string[];
  dropped: number;
}

/**
 * Progress in a workflow's log: one group for each stage. The group has the container's output only if the stage fails or
 * takes long, so that the log stays short.
 */
export function workflowReporter({ verbose, clock = () => performance.now() }: LogOptions): Reporter {
  const printer = untrustedPrinter();
  let buffered: BufferedOutput | undefined;
  const flush = (): void => {
    if (!buffered) return;
    if (buffered.dropped > 0) logInfo(`${String(buffered.dropped)} lines before these are shown with RUNNER_DEBUG=1`);
    buffered.lines.forEach(printer.print);
    buffered = undefined;
  };
  return {
    stageStarted: (stage, target) => {
      startGroup(titleOf(stage, target));
      buffered = verbose ? undefined : { since: clock(), lines: [], dropped: 0 };
    },
    stageEnded: (stage, seconds, outcome, target) => {
      if (outcome === undefined) flush();
      buffered = undefined;
      printer.end();
      endGroup();
      logInfo(`${titleOf(stage, target)}: ${seconds.toFixed(1)} s ${outcome ?? 'failed'}`.trimEnd());
    },
    stageSkipped: (stage, reason, target) => logInfo(`${titleOf(stage, target)}: skipped, ${reason}`),
    line: (text) => {
      if (buffered && clock() - buffered.since > LIVE_AFTER) flush();
      if (!buffered) {
        printer.print(text);
        return;
      }
      buffered.lines.push(text);
      if (buffered.lines.length <= MAX_LINES) return;
      buffered.lines.shift();
      buffered.dropped += 1;
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

function titleOf(stage: string, target: string | undefined): string {
  return target === undefined ? stage : `${stage} (${target})`;
}

/** Prints the last lines of a failed command outside of any group, so that they are visible without unfolding one. */
export function printLast(lines: readonly string[]): void {
  const printer = untrustedPrinter();
  lines.forEach(printer.print);
  printer.end();
}

/**
 * Prints output of a container. Until `end`, the runner accepts no workflow commands, so that a build's output cannot set
 * variables or masks: a second protection, against forms of commands that `inert` does not know.
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
