import type { ScheduledSave } from './scheduled-save.js';

/** The name of a saved build cache. */
export interface CacheKey {
  readonly key: string;
  /** The prefix of older keys whose fetched dependencies can still be used. */
  readonly prefix: string;
  /** The facts that an archive's manifest must have. */
  readonly facts: Readonly<Record<string, string>>;
}

/** A store of build caches that outlives this machine. It never throws: a failure is a warning, and the build continues. */
export interface CacheStore {
  /**
   * Downloads the archive of a key to a file, or else the newest whose key begins with the prefix.
   */
  restore(key: CacheKey): Promise<{ readonly key: string; readonly file: string } | undefined>;
  /** Removes the file that `restore` made. */
  remove(file: string): Promise<void>;
  /** Schedules a save for the end of the job. */
  scheduleSave(state: ScheduledSave): void;
}

/** The result of `restore`: the requested archive, an older one of which a part can be used, or none. */
export type CacheHit = 'exact' | 'partial' | 'none';
