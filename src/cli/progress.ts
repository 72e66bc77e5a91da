import type { Writable } from 'node:stream';
import type { MixReleaseError } from '../errors.js';
import { inert } from '../inert.js';
import type { Reporter } from '../pipeline/run.js';

/** Progress for a terminal: one line per stage with its time; with `verbose` also the container's output. */
export function terminalReporter(out: Writable, verbose: boolean): Reporter {
  const print = (text: string): void => void out.write(`${inert(text)}\n`);
  const about = (target: string | undefined): string => (target === undefined ? '' : `${target}: `);
  return {
    stageStarted: (stage, target) => {
      if (verbose) print(`${about(target)}${stage} ...`);
    },
    stageEnded: (stage, seconds, outcome, target) => {
      const time = `${seconds.toFixed(1)} s`.padStart(8);
      print(`${stage.padEnd(15)}${time}  ${about(target)}${outcome ?? 'failed'}`.trimEnd());
    },
    stageSkipped: (stage, reason, target) =>
      print(`${stage.padEnd(15)}${'-'.padStart(8)}  ${about(target)}skipped: ${reason}`),
    line: (text) => {
      if (verbose) print(`  | ${text}`);
    },
    note: (text) => print(`  ${text}`),
    warn: (text) => print(`  warning: ${text}`),
  };
}

/** An error for a terminal: the command's last lines unless they were shown, the message, and the advice. */
export function explain(error: MixReleaseError, verbose: boolean): string {
  const output = verbose ? [] : error.output.map((line) => `  | ${line}`);
  const lines = [...output, `error (${error.code}): ${error.message}`, `  ${error.next}`];
  return lines.map((line) => `${inert(line)}\n`).join('');
}
