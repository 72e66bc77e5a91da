import { couldNotRun } from '../builder/could-not-run.js';
import type { Image } from '../builder/image.js';
import type { Engine } from '../engine/engine.js';
import { EngineError } from '../engine/failure.js';
import { labels } from '../engine/labels.js';
import type { Target } from '../targets/table.js';
import { unusableImage } from './sandbox.js';

/** A look at the network of another container, until the end of its scope. */
export interface Listeners extends AsyncDisposable {
  /** The TCP ports that listen there at an address that others reach. */
  ports(): Promise<ReadonlySet<number>>;
}

/** Which image it is looked from, and for which run. */
interface ListenersSpec {
  readonly runtime: Image;
  readonly target: Target;
  readonly run: string;
}

/**
 * Looks at the network of a container from a second one, so that the first needs no programs for it, and the engine may
 * be on another machine.
 *
 * @returns undefined where the container has ended
 */
export async function openListeners(
  engine: Engine,
  of: string,
  { runtime, target, run }: ListenersSpec,
): Promise<Listeners | undefined> {
  try {
    const container = await engine.containers.start({
      ...{ image: runtime.id, platform: target.platform, user: '10001:10001', labels: labels('smoke', run) },
      ...{ sealed: true, network: { of } },
    });
    return {
      ports: async () => {
        const lines: string[] = [];
        const argv = ['cat', '/proc/net/tcp', '/proc/net/tcp6'];
        await container.run({ title: 'the look for open ports', argv }, (line) => lines.push(line));
        return listeningPorts(lines);
      },
      [Symbol.asyncDispose]: () => container[Symbol.asyncDispose](),
    };
  } catch (error) {
    if (couldNotRun(error)) throw unusableImage(runtime.reference, error);
    // Nobody can join the network of a container that has ended.
    if (error instanceof EngineError && error.code === 'engine-error') return undefined;
    throw error;
  }
}

/** The state LISTEN of the kernel's tables. */
const LISTEN = '0A';
const LOOPBACK = /^(?:[0-9A-F]{6}7F|0{24}01000000|0{16}FFFF0000[0-9A-F]{6}7F)$/;

/** @param lines - of `/proc/net/tcp` and `/proc/net/tcp6` */
export function listeningPorts(lines: readonly string[]): ReadonlySet<number> {
  const ports = lines.flatMap((line) => {
    const [, local = '', , state] = line.trim().split(/\s+/);
    const [address = '', port = ''] = local.split(':');
    return state === LISTEN && !LOOPBACK.test(address) ? [Number.parseInt(port, 16)] : [];
  });
  return new Set(ports);
}
