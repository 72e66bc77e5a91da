import { randomUUID } from 'node:crypto';
import { parseMessage } from '../builder/messages.js';
import type { RunningContainer } from '../engine/container.js';
import { EngineError } from '../engine/failure.js';
import { keepLast } from '../engine/lines.js';
import { MixReleaseError } from '../errors.js';
import type { SmokeCheck } from './report.js';

/** A failed check of a release. */
export class SmokeFailure extends Error {
  readonly check: SmokeCheck;
  /** The output of the release, oldest first. */
  readonly output: readonly string[];
  readonly timedOut: boolean;

  constructor(check: SmokeCheck, message: string, output: readonly string[], timedOut = false) {
    super(message);
    this.check = check;
    this.output = output;
    this.timedOut = timedOut;
  }
}

/** What the commands of one smoke test share. */
export interface CommandContext {
  readonly container: RunningContainer;
  readonly env: Readonly<Record<string, string>>;
  readonly onLine: (line: string) => void;
  /** Aborted when the test takes too long; its container is then removed. */
  readonly deadline: AbortSignal;
  /** Seconds that the test may take, for messages. */
  readonly timeout: number;
}

/** The result of a command. */
export interface Outcome {
  readonly status: number;
  /** The last lines of its output. */
  readonly output: readonly string[];
  /** The messages with our mark: pairs of a name and a value. */
  readonly facts: readonly (readonly [string, string])[];
}

/** One command of a test. */
export interface SmokeCommand {
  readonly check: SmokeCheck;
  /** Its name in messages. */
  readonly title: string;
  /** @param mark - the first word of our messages' lines */
  readonly argv: (mark: string) => readonly string[];
  readonly onFact?: (name: string, value: string) => void;
}

/** The number of output lines that are kept. */
export const MAX_OUTPUT = 400;

/**
 * Prepares a test, which counts into its time. Whatever the preparation fails with once that is over, it fails because
 * its container was taken away; only an image that does not fit stays what it is.
 *
 * @throws SmokeFailure when the time is over
 */
export async function prepareInTime<T>(
  { deadline, timeout }: Pick<CommandContext, 'deadline' | 'timeout'>,
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
export async function runCommand(context: CommandContext, command: SmokeCommand): Promise<Outcome> {
  const { container, env, onLine, deadline, timeout } = context;
  const { check, title } = command;
  const mark = randomUUID();
  const facts: (readonly [string, string])[] = [];
  const output = keepLast(MAX_OUTPUT, onLine);
  try {
    const status = await container.run({ title, argv: command.argv(mark), env, cwd: '/tmp' }, (line) => {
      // Another process may have left an unfinished line in front of the message.
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
