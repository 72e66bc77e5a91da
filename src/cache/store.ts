import type { StateToSave } from './state-to-save.js';

/** The name of a cached state. */
export interface StateKey {
  readonly key: string;
  /** What the keys of older states begin with from which a part can be used: the fetched dependencies. */
  readonly prefix: string;
  /** What an archive has to say of itself. */
  readonly facts: Readonly<Record<string, string>>;
}

/** A store of states that outlives this machine. It never throws: trouble with it is a warning, and the build goes on. */
export interface StateStore {
  /**
   * Looks for the state of a key, or else for the newest whose key begins with the prefix, and brings it to a file.
   */
  restore(key: StateKey): Promise<{ readonly key: string; readonly file: string } | undefined>;
  /** Removes the file that `restore` made. */
  drop(file: string): Promise<void>;
  /** Takes note of a state that is worth saving when everything else is done. */
  scheduleSave(state: StateToSave): void;
}

/** What came of a look into the store: the very state, one that is of use in part, or none. */
export type CacheHit = 'exact' | 'partial' | 'none';
