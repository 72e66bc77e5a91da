import { randomUUID } from 'node:crypto';
import { parseMessage } from '../builder/messages.js';
import type { RunningContainer } from '../engine/container.js';
import { EngineError } from '../engine/failure.js';
import { keepLast } from '../engine/lines.js';
import { MixReleaseError } from '../errors.js';
import type { SmokeCheck } from './report.js';

/** A check that a release did not pass. */
export class SmokeFailure extends Error {
  readonly check: SmokeCheck;
  /** What the release printed, oldest first. */
  readonly output: readonly string[];
  readonly timedOut: boolean;

  constructor(check: SmokeCheck, message: string, output: readonly string[], timedOut = false) {
    super(message);
    this.check = check;
    this.output = output;
    this.timedOut = timedOut;
  }
}

/** Where and how the commands of one test run. */
export interface Setting {
  readonly container: RunningContainer;
  readonly env: Readonly<Record<string, string>>;
  readonly onLine: (line: string) => void;
  /** Given when the test has taken too long: its container is then gone. */
  readonly deadline: AbortSignal;
  /** Seconds that the test may take, for messages. */
  readonly timeout: number;
}

/** What a command ended with. */
export interface Outcome {
  readonly status: number;
  /** The last lines that it printed. */
  readonly output: readonly string[];
  /** What it said under our mark: pairs of a name and a value. */
  readonly facts: readonly (readonly [string, string])[];
}

/** One command of a test. */
export interface SmokeCommand {
  readonly check: SmokeCheck;
  /** What it is called in messages. */
  readonly title: string;
  /** @param mark - the first word of lines that are for us */
  readonly argv: (mark: string) => readonly string[];
  readonly onFact?: (name: string, value: string) => void;
}

/** Lines of a release that are kept. */
export const OUTPUT_KEPT = 400;

/**
 * Prepares a test, which counts into its time. Whatever the preparation fails with once that is over, it fails because its
 * container was taken away; only an image that does not fit stays what it is.
 *
 * @throws SmokeFailure when the time is over
 */
export async function prepareInTime<T>(
  { deadline, timeout }: Pick<Setting, 'deadline' | 'timeout'>,
  prepare: () => Promise<T>,
): Promise<T> {
  try {
    return await prepare();
  } catch (error) {
    const isOther = error instanceof MixReleaseError && !(error instanceof EngineError);
    if (!deadline.aborted || isOther) throw error;
    throw new SmokeFailure('start', `its container was not ready after ${String(timeout)} s`, [], true);
  }
}

/** Runs a command in the release's container. @throws SmokeFailure when the time is over */
export async function runCommand(setting: Setting, command: SmokeCommand): Promise<Outcome> {
  const { container, env, onLine, deadline, timeout } = setting;
  const { check, title } = command;
  const mark = randomUUID();
  const facts: (readonly [string, string])[] = [];
  const output = keepLast(OUTPUT_KEPT, onLine);
  try {
    const status = await container.run({ title, argv: command.argv(mark), env, cwd: '/tmp' }, (line) => {
      // Another process may have left its line without an end.
      const at = Math.max(0, line.indexOf(mark));
      const message = parseMessage(line.slice(at), mark);
      if (message) {
        facts.push([message.name, message.value]);
        command.onFact?.(message.name, message.value);
      }
      if (!message || at > 0) output.say(message ? line.slice(0, at) : line);
    });
    return { status, output: output.last, facts };
  } catch (error) {
    if (!deadline.aborted) throw error;
    throw new SmokeFailure(check, `${title} had not ended after ${String(timeout)} s`, output.last, true);
  }
}
