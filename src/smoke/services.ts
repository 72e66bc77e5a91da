import { setTimeout as sleep } from 'node:timers/promises';
import { ensureImage, type Image, type PullPolicy } from '../builder/image.js';
import type { PullContext } from '../builder/pull.js';
import type { NetworkSpec, RunningService, ServiceState } from '../engine/container.js';
import type { Engine } from '../engine/engine.js';
import { EngineError } from '../engine/failure.js';
import { labels } from '../engine/labels.js';
import { MixReleaseError } from '../errors.js';
import type { Target } from '../targets/table.js';
import { openListeners, type Listeners } from './listeners.js';
import type { ServiceReport } from './report.js';

/** An image that runs beside the release. */
export interface SmokeService {
  /** Its host name in the network. */
  readonly name: string;
  readonly image: string;
  readonly env: Readonly<Record<string, string>>;
}

/** What all services of a test have in common. */
export interface ServicesSpec {
  readonly services: readonly SmokeService[];
  readonly target: Target;
  readonly pull: PullPolicy;
  readonly run: string;
  /** Seconds until all of them have to be ready. */
  readonly timeout: number;
  /** The release's own runtime image, to look for open ports with. */
  readonly runtime: Image;
}

/** Services that are ready, and the network that they are in. */
export interface ReadyServices {
  readonly network: NetworkSpec;
  readonly reports: readonly ServiceReport[];
}

/** Milliseconds between two looks at a service. */
const PAUSE = 250;
/** The number of lines of a service's output in an error. */
const OUTPUT_SHOWN = 40;

const ADVICE = 'smoke-services has a line for it: name another image there, or leave the line out.';

/**
 * The services of one smoke test, in a network of their own that has no way out. Everything of it goes with `close`,
 * which may be called at any time and more than once.
 */
export class ServiceGroup {
  readonly #engine: Engine;
  readonly #running: RunningService[] = [];
  #network: string | undefined;
  #closed = false;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /**
   * Starts services, in their order, and waits until all of them are ready: by the health check of their images, else
   * when one of the ports that the image names listens, else at once.
   *
   * @throws MixReleaseError `smoke-service-failed`, or what finding an image throws
   */
  async open(spec: ServicesSpec, context: PullContext): Promise<ReadyServices> {
    const { services, target, pull, run } = spec;
    const images = new Map<SmokeService, Image>();
    for (const service of services)
      images.set(service, await imageFor(this.#engine, service, { target, pull }, context));
    const name = `mix-release-services-${run}`;
    this.#network = await this.#engine.networks.create({ name, labels: labels('service', run), internal: true });
    const hosts: Record<string, string> = {};
    const waiting: Promise<void>[] = [];
    const deadline = AbortSignal.any([context.signal, AbortSignal.timeout(spec.timeout * 1000)]);
    try {
      for (const service of services) {
        const running = await this.#start(service, images.get(service), { ...spec, network: { network: name, hosts } });
        const ready = waitUntilReady(this.#engine, running, { service, deadline, spec });
        // Whichever fails first is the error; the others must not count as unhandled.
        ready.catch(() => undefined);
        waiting.push(ready);
        const { address } = await running.state();
        if (address !== undefined) hosts[service.name] = address;
      }
      await Promise.all(waiting);
    } finally {
      await Promise.allSettled(waiting);
    }
    const reports = services.map((service) => ({
      name: service.name,
      image: service.image,
      imageDigest: images.get(service)?.digest ?? '',
    }));
    return { network: { network: name, hosts }, reports };
  }

  /** Removes everything. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#running.splice(0).map((service) => service[Symbol.asyncDispose]()));
    const network = this.#network;
    this.#network = undefined;
    if (network !== undefined) await this.#engine.networks.remove(network);
  }

  async #start(
    service: SmokeService,
    image: Image | undefined,
    { target, run, network }: ServicesSpec & { readonly network: NetworkSpec },
  ): Promise<RunningService> {
    const { name, env } = service;
    try {
      const running = await this.#engine.containers.startService({
        ...{ image: image?.id ?? service.image, platform: target.platform, host: name, env },
        ...{ network: network.network, hosts: { ...network.hosts }, labels: labels('service', run) },
      });
      this.#running.push(running);
      // The run has ended meanwhile.
      if (this.#closed) await this.close();
      return running;
    } catch (error) {
      if (!(error instanceof EngineError) || error.code !== 'engine-error') throw error;
      throw serviceFailed(service, `does not start: ${error.reason}`, [], error);
    }
  }
}

async function imageFor(
  engine: Engine,
  { name, image }: SmokeService,
  { target, pull }: Pick<ServicesSpec, 'target' | 'pull'>,
  context: PullContext,
): Promise<Image> {
  try {
    return await ensureImage(engine, { reference: image, pull, target, digest: undefined }, context);
  } catch (error) {
    if (!(error instanceof MixReleaseError)) throw error;
    const { code, message, next, output } = error;
    const what = `service ${name} of the smoke test: ${message}`;
    throw new MixReleaseError(code, { what, next: `${next} ${ADVICE}`, output, cause: error });
  }
}

interface Waiting {
  readonly service: SmokeService;
  readonly deadline: AbortSignal;
  readonly spec: ServicesSpec;
}

async function waitUntilReady(engine: Engine, running: RunningService, waiting: Waiting): Promise<void> {
  const { service, deadline, spec } = waiting;
  let listeners: Listeners | undefined;
  try {
    for (;;) {
      const state = await running.state();
      if (!state.running) throw serviceFailed(service, `ended with ${statusText(state)}`, running.log);
      if (state.health === 'unhealthy') throw serviceFailed(service, 'is unhealthy by its own check', running.log);
      if (state.health === 'healthy') return;
      if (state.health === undefined) {
        if (state.ports.length === 0) return;
        listeners ??= await openListeners(engine, running.id, spec);
        const open = await listeners?.ports();
        if (open && state.ports.some((port) => open.has(port))) return;
      }
      if (deadline.aborted) throw serviceFailed(service, notReady(state, spec.timeout), running.log);
      await sleep(PAUSE, undefined, { signal: deadline }).catch(() => undefined);
    }
  } finally {
    await listeners?.[Symbol.asyncDispose]();
  }
}

function statusText({ exitStatus }: ServiceState): string {
  return exitStatus === undefined ? 'an unknown exit status' : `exit status ${String(exitStatus)}`;
}

function notReady({ health, ports }: ServiceState, seconds: number): string {
  const awaited =
    health === undefined ? `port ${ports.join(' or ')} does not listen` : 'its health check has not passed';
  return `was not ready within ${String(seconds)} s: ${awaited}`;
}

function serviceFailed(
  { name, image }: SmokeService,
  what: string,
  log: readonly string[],
  cause?: unknown,
): MixReleaseError {
  return new MixReleaseError('smoke-service-failed', {
    what: `service ${name} (${image}) of the smoke test ${what}`,
    next: `Read what it printed above. Set the variables that its image asks for in its line of smoke-services: ${name} ${image} VARIABLE=VALUE. It has no way out of its network. A slow one needs a longer smoke-timeout.`,
    output: log.slice(-OUTPUT_SHOWN),
    cause,
  });
}
