import path from 'node:path';
import type { Builder } from '../../builder/builder.js';
import type { RunningContainer } from '../../engine/container.js';
import { openState, incompatibilityOf } from '../../cache/read.js';
import { messageOf } from '../../errors.js';
import { STATE } from '../../builder/layout.js';
import type { BuildRequest } from '../../options/request.js';
import { freshState, type StateKey } from './key.js';
import type { StateToSave } from './state-to-save.js';

/** A store of states that outlives this machine. It never throws: trouble with it is told, and the build goes on. */
export interface StateStore {
  /**
   * Looks for the state of a key, or else for the newest whose key begins with the prefix, and brings it to a file.
   */
  restore(key: StateKey): Promise<{ readonly key: string; readonly file: string } | undefined>;
  /** Removes the file that `restore` made. */
  drop(file: string): Promise<void>;
  /** Takes note of a state that is worth to be saved when everything else is done. */
  plan(state: StateToSave): void;
}

/** What came of a look into the store: the very state, one that is of use in part, or none. */
export type CacheHit = 'exact' | 'partial' | 'none';

/** Puts a stored state on the volume of a build, after it was read through. */
export async function restoreState(
  store: StateStore,
  container: RunningContainer,
  key: StateKey,
  note: (text: string) => void,
): Promise<CacheHit> {
  const found = await store.restore(key);
  if (!found) {
    note(`no state was cached under ${key.key} or ${key.prefix}…`);
    return 'none';
  }
  try {
    const unfit = await incompatibilityOf(found.file, key.facts);
    if (unfit !== undefined) {
      note(`the cached state ${found.key} was thrown away: ${unfit}`);
      return 'none';
    }
    await container.put(openState(found.file), path.posix.dirname(STATE));
    if (found.key === key.key) return 'exact';
    note(`of the cached state ${found.key} only the fetched dependencies are of use: configuration or mix.exs changed`);
    return 'partial';
  } catch (error) {
    note(`the cached state ${found.key} could not be used: ${messageOf(error)}`);
    // What came of it so far is no state.
    await container.run({ title: 'find', argv: ['find', STATE, '-mindepth', '1', '-delete'] }, note);
    return 'none';
  } finally {
    await store.drop(found.file);
  }
}

/** A look into the store, in a few words for the log. */
export function cacheLine(hit: CacheHit): string {
  return { exact: 'hit', partial: 'dependencies only', none: 'nothing' }[hit];
}

/** The state that a run leaves on its own volume. */
export function stateToSave(
  { key, facts }: StateKey,
  { target, cache }: BuildRequest,
  { tag }: Builder,
  run: string,
): StateToSave {
  const { name: volume } = freshState(run);
  return { key, facts, volume, image: tag, platform: target.platform, withBuild: cache === 'true' };
}
