import { setTimeout as delay } from 'node:timers/promises';
import { MixReleaseError } from '../errors.js';
import { networkFailure } from './network-failure.js';

/** Milliseconds before the second and the third attempt. */
const WAITS: readonly number[] = [2_000, 6_000];

/** What attempts need. */
export interface AttemptsContext {
  readonly signal: AbortSignal;
  readonly note: (text: string) => void;
  /** Waits; tests bring their own. */
  readonly sleep?: ((milliseconds: number, signal: AbortSignal) => Promise<void>) | undefined;
  /** Asked after a failure: whether it can be done again as if nothing had happened. */
  readonly repeatable?: () => Promise<boolean>;
}

const sleepReally = async (milliseconds: number, signal: AbortSignal): Promise<void> => {
  await delay(milliseconds, undefined, { signal });
};

/**
 * Does what fetches, up to three times where the output of its error says that the network failed.
 *
 * @param title - what is done, in the log
 * @throws the error of the last attempt, or of the first one that failed for another reason
 */
export async function inAttempts<T>(title: string, action: () => Promise<T>, context: AttemptsContext): Promise<T> {
  const { signal, note, sleep = sleepReally, repeatable } = context;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await action();
    } catch (error) {
      const wait = WAITS[attempt - 1];
      const line = error instanceof MixReleaseError ? networkFailure(error.output) : undefined;
      if (wait === undefined || line === undefined || signal.aborted) throw error;
      if (repeatable && !(await repeatable())) throw error;
      const [seconds, next, all] = [wait / 1000, attempt + 1, WAITS.length + 1].map(String);
      note(`${title}: the network failed (${line}): attempt ${next ?? ''} of ${all ?? ''} in ${seconds ?? ''} s`);
      await sleep(wait, signal);
    }
  }
}
