import { messageOf } from '../errors.js';
import type { Engine, LabelFilter } from './engine.js';
import { KIND_LABEL, RUN_LABEL } from './labels.js';

/** What was removed and what was not, by name. */
export interface Reaped {
  readonly containers: readonly string[];
  readonly networks: readonly string[];
  readonly volumes: readonly string[];
  readonly images: readonly string[];
  /** Each thing that is still there, or kind of things that could not be listed, with why, in words for the log. */
  readonly left: readonly string[];
}

/** Removes the containers, networks and volumes that one run made. Builder images stay: they are made to be used again. */
export function reapRun(engine: Engine, run: string): Promise<Reaped> {
  return reap(engine, { [RUN_LABEL]: run }, false);
}

/** Removes every container, network, volume and image that carries our label, whoever made it. */
export function reapAll(engine: Engine): Promise<Reaped> {
  return reap(engine, { [KIND_LABEL]: true }, true);
}

/** Containers first, because they hold the rest. What cannot be listed or removed keeps nothing else. */
async function reap(engine: Engine, labels: LabelFilter, withImages: boolean): Promise<Reaped> {
  const left: string[] = [];
  const listed = async <T>(kind: string, list: () => Promise<readonly T[]>): Promise<readonly T[]> => {
    try {
      return await list();
    } catch (error) {
      left.push(`the ${kind}s: ${messageOf(error)}`);
      return [];
    }
  };
  const removed = async <T>(
    kind: string,
    list: () => Promise<readonly T[]>,
    name: (thing: T) => string,
    remove: (thing: T) => Promise<void>,
  ) => {
    const gone: string[] = [];
    for (const thing of await listed(kind, list)) {
      try {
        await remove(thing);
        gone.push(name(thing));
      } catch (error) {
        left.push(`${kind} ${name(thing)}: ${messageOf(error)}`);
      }
    }
    return gone;
  };
  const { containers, networks, volumes, images } = engine;
  return {
    containers: await removed(
      'container',
      () => containers.list({ labels }),
      ({ name }) => name,
      ({ id }) => containers.remove(id),
    ),
    networks: await removed(
      'network',
      () => networks.list({ labels }),
      ({ name }) => name,
      ({ id }) => networks.remove(id),
    ),
    volumes: await removed(
      'volume',
      () => volumes.list({ labels }),
      ({ name }) => name,
      ({ name }) => volumes.remove(name),
    ),
    images: withImages
      ? await removed(
          'image',
          () => images.list({ labels }),
          ({ names, id }) => names[0] ?? id,
          ({ id }) => images.remove(id, { force: true }),
        )
      : [],
    left,
  };
}
