import { messageOf } from '../errors.js';
import type { Engine } from './engine.js';
import { isConflict } from './failure.js';
import { KIND_LABEL, RUN_LABEL } from './labels.js';

/** What earlier runs left behind: what is gone now, and what is not, each with why. */
export interface Swept {
  readonly removed: readonly string[];
  readonly left: readonly string[];
}

/**
 * Removes the volumes of runs that were killed, or whose engine was away when they ended: those that carry the identifier
 * of a run, that no container has, and that are older than any run. State that is kept for the next build belongs to no
 * run and stays.
 *
 * @param madeBefore - by our clock
 */
export async function sweepVolumes({ volumes, clockSkew }: Engine, madeBefore: Date): Promise<Swept> {
  const removed: string[] = [];
  const left: string[] = [];
  const found = await volumes.list({ labels: { [KIND_LABEL]: true, [RUN_LABEL]: true }, unused: true });
  for (const { name, labels, created } of found) {
    // The engine does not say when: then nobody knows whether its run has ended.
    if (labels[RUN_LABEL] === '' || created === undefined) continue;
    if (created.getTime() - clockSkew >= madeBefore.getTime()) continue;
    try {
      await volumes.remove(name);
      removed.push(name);
    } catch (error) {
      // A container has taken it since.
      if (!isConflict(error)) left.push(`${name}: ${messageOf(error)}`);
    }
  }
  return { removed, left };
}
