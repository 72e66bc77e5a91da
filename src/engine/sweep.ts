import { messageOf } from '../errors.js';
import type { Engine } from './engine.js';
import { isConflict } from './failure.js';
import { KIND_LABEL, RUN_LABEL } from './labels.js';

/** What earlier runs left behind: what is gone now, and what is not, each with why. */
export interface Swept {
  readonly removed: readonly string[];
  readonly left: readonly string[];
}

/** Who made a thing, and when. */
interface Made {
  readonly labels: Readonly<Record<string, string>>;
  readonly created: Date | undefined;
}

const OF_RUNS = { labels: { [KIND_LABEL]: true, [RUN_LABEL]: true } } as const;

/**
 * Whether a thing belongs to a run that is older than any run. Where the engine does not say when it was made, nobody
 * knows whether its run has ended.
 */
function isOld({ labels, created }: Made, { clockSkew }: Engine, madeBefore: Date): boolean {
  if (labels[RUN_LABEL] === '' || created === undefined) return false;
  return created.getTime() - clockSkew < madeBefore.getTime();
}

/**
 * Removes the volumes of runs that were killed, or whose engine was away when they ended: those that carry the identifier
 * of a run, that no container has, and that are older than any run. State that is kept for the next build belongs to no
 * run and stays.
 *
 * @param madeBefore - by our clock
 */
export async function sweepVolumes(engine: Engine, madeBefore: Date): Promise<Swept> {
  const found = await engine.volumes.list({ ...OF_RUNS, unused: true });
  const old = found.filter((volume) => isOld(volume, engine, madeBefore));
  // A container may have taken it since.
  return removeAll(old, ({ name }) => engine.volumes.remove(name));
}

/**
 * Removes the services of runs that were killed, which go on without them, and their networks; as old as `sweepVolumes`
 * has it.
 */
export async function sweepServices(engine: Engine, madeBefore: Date): Promise<Swept> {
  const { containers, networks } = engine;
  const services = { labels: { ...OF_RUNS.labels, [KIND_LABEL]: 'service' } };
  const isLeft = (thing: Made): boolean => isOld(thing, engine, madeBefore);
  const ended = await removeAll((await containers.list(services)).filter(isLeft), ({ id }) => containers.remove(id));
  const gone = await removeAll((await networks.list(services)).filter(isLeft), ({ id }) => networks.remove(id));
  return { removed: [...ended.removed, ...gone.removed], left: [...ended.left, ...gone.left] };
}

async function removeAll<T extends { readonly name: string }>(
  things: readonly T[],
  remove: (thing: T) => Promise<void>,
): Promise<Swept> {
  const removed: string[] = [];
  const left: string[] = [];
  for (const thing of things) {
    try {
      await remove(thing);
      removed.push(thing.name);
    } catch (error) {
      if (!isConflict(error)) left.push(`${thing.name}: ${messageOf(error)}`);
    }
  }
  return { removed, left };
}
