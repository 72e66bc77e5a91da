import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../errors.js';

/** Removes something now instead of at the end, once. Resolves when it is done or has failed; never rejects. */
export type RemoveNow = (remove?: () => Promise<void>) => Promise<void>;

/** Everything that has to go when a run ends. Trouble with it is a warning and never fails what is done. */
export interface Cleanup {
  /**
   * Has something removed at the end.
   *
   * @param what - its name, for the warning that it was left behind
   */
  defer(what: string, remove: () => Promise<void>): RemoveNow;
  /**
   * Removes everything side by side, so that nothing waits for what hangs, and waits for what is being removed already.
   *
   * @param limit - milliseconds for all of it
   * @returns the names of what is still there
   */
  end(limit: number): Promise<readonly string[]>;
}

interface Entry {
  readonly what: string;
  readonly remove: () => Promise<void>;
  /** Undefined until its removal began. */
  removal: Promise<void> | undefined;
  removed: boolean;
}

export function openCleanup(warn: (text: string) => void): Cleanup {
  const entries: Entry[] = [];
  const start = (entry: Entry, remove = entry.remove): Promise<void> =>
    (entry.removal ??= remove().then(
      () => {
        entry.removed = true;
      },
      (error: unknown) => warn(`${entry.what} was left behind: ${messageOf(error)}`),
    ));
  return {
    defer: (what, remove) => {
      const entry: Entry = { what, remove, removal: undefined, removed: false };
      entries.push(entry);
      return (now) => start(entry, now);
    },
    end: async (limit) => {
      const timeUp = new AbortController();
      const all = Promise.all(entries.map((entry) => start(entry)));
      await Promise.race([all, sleep(limit, undefined, { signal: timeUp.signal, ref: false })]);
      timeUp.abort();
      return entries.filter(({ removed }) => !removed).map(({ what }) => what);
    },
  };
}
