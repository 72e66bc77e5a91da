import path from 'node:path';
import type { Builder } from '../../builder/builder.js';
import type { RunningContainer } from '../../engine/container.js';
import { openArchive, incompatibilityOf } from '../../cache/read.js';
import { messageOf } from '../../errors.js';
import { BUILD_ROOT } from '../../builder/layout.js';
import type { BuildRequest } from '../../options/request.js';
import type { ScheduledSave } from '../../cache/scheduled-save.js';
import type { CacheHit, CacheKey, CacheStore } from '../../cache/store.js';
import { freshState } from '../builder/volumes.js';

/**
 * Puts a stored state on the volume of a build, after it was read through. One that cannot be used is a note, and leaves
 * the volume empty.
 *
 * @throws what the engine failed with, where the volume could not be emptied after that
 */
export async function restoreState(
  store: CacheStore,
  container: RunningContainer,
  key: CacheKey,
  note: (text: string) => void,
): Promise<CacheHit> {
  const found = await store.restore(key);
  if (!found) {
    note(`there is no build cache under ${key.key} or ${key.prefix}…`);
    return 'none';
  }
  try {
    const unfit = await incompatibilityOf(found.file, key.facts);
    if (unfit !== undefined) {
      note(`the build cache ${found.key} was discarded: ${unfit}`);
      return 'none';
    }
    await container.put(openArchive(found.file), path.posix.dirname(BUILD_ROOT));
    if (found.key === key.key) return 'exact';
    note(
      `the build cache ${found.key} is of another lock, configuration or mix.exs: code that they concern is compiled again`,
    );
    return 'partial';
  } catch (error) {
    note(`the build cache ${found.key} could not be used: ${messageOf(error)}`);
    // What came of it so far is no state, and a build must not go on with it.
    const cleared = await container.run(
      { title: 'find', argv: ['find', BUILD_ROOT, '-mindepth', '2', '-delete'] },
      note,
    );
    if (cleared !== 0) throw error;
    return 'none';
  } finally {
    await store.remove(found.file);
  }
}

/** The state that a run leaves on its own volume. */
export function stateToSave(
  { key, facts }: CacheKey,
  { target, cache }: BuildRequest,
  { tag }: Builder,
  run: string,
): ScheduledSave {
  const { name: volume } = freshState(run);
  return { key, facts, volume, image: tag, platform: target.platform, withBuild: cache === 'true' };
}
