import { existsSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { Command, ContainerSpec, RunningService, ServiceSpec, Terminal } from '../../../src/engine/container.js';
import type { Containers, Engine, EngineFacts, Networks, Volumes } from '../../../src/engine/engine.js';
import { containerGone, refused } from '../../../src/engine/failure.js';
import { FakeContainer } from './container.js';
import { Faults, type Call, type CallName, type Fault, type FaultOptions } from './faults.js';
import { DEFAULT_HANDLERS, type FakeHandlers } from './handlers.js';
import { addImage, fakeImages, findImage } from './images.js';
import { carries, freshId, newVolume, type FakeImage, type World } from './world.js';

/** An image that a test puts into the engine, or into the registry that it pulls from. */
export type GivenImage = Partial<FakeImage> & { readonly names: readonly string[] };

/** What is left in the engine, by name, sorted. */
export interface Left {
  readonly containers: readonly string[];
  readonly volumes: readonly string[];
  readonly networks: readonly string[];
  readonly images: readonly string[];
  /** Containers that nobody removed before the engine was disposed of: they ended with their connection. */
  readonly endedByDisposal: readonly string[];
}

/** An engine in memory. */
export interface FakeEngine extends Engine {
  /** Every call, in order. */
  readonly calls: readonly Call[];
  /** What its programs do; may be replaced at any time. */
  readonly handlers: FakeHandlers;
  fail(name: CallName, fault: Fault, options?: FaultOptions): void;
  addImage(image: GivenImage): FakeImage;
  /** Makes an image that can be pulled. */
  publish(image: GivenImage): FakeImage;
  /** A volume that is there already; `created` decides how old it looks. */
  addVolume(name: string, labels: Readonly<Record<string, string>>, created?: Date): void;
  container(name: string): FakeContainer | undefined;
  /** What is in a volume. */
  readVolume(name: string, path: string): string;
  left(): Left;
  /** Ends a container as somebody outside would. */
  endContainer(id: string): void;
}

export interface FakeEngineOptions {
  readonly architecture?: string;
  readonly clockSkew?: number;
  /** As with the containerd image store: several platforms of one name side by side. */
  readonly platformsApart?: boolean;
  readonly buildKit?: boolean;
  readonly handlers?: Partial<FakeHandlers>;
}

const FACTS: EngineFacts = {
  ...{ product: 'Docker', address: 'unix:///fake.sock', local: true },
  ...{ system: 'Debian GNU/Linux 12 (bookworm)', store: 'overlay2', root: '/var/lib/docker' },
};

export function fakeEngine(options: FakeEngineOptions = {}): FakeEngine {
  const { architecture = 'amd64', clockSkew = 0, platformsApart = false, buildKit = false } = options;
  const world: World = {
    ...{ faults: new Faults(), handlers: { ...DEFAULT_HANDLERS, ...options.handlers }, architecture, platformsApart },
    buildKit,
    ...{ images: [], published: [], containers: new Map(), volumes: new Map(), networks: new Map() },
  };
  const disposed: string[] = [];
  const images = (): readonly string[] => world.images.flatMap(({ id, names }) => (names.length > 0 ? names : [id]));
  return {
    facts: FACTS,
    ...{ architecture, version: 'fake', clockSkew, calls: world.faults.calls, handlers: world.handlers },
    images: fakeImages(world),
    containers: fakeContainers(world),
    volumes: fakeVolumes(world),
    networks: fakeNetworks(world),
    fail: (name, fault, faultOptions) => world.faults.fail(name, fault, faultOptions),
    addImage: (given) => {
      const image = wholeImage(given, architecture);
      addImage(world, image);
      return image;
    },
    publish: (given) => {
      const image = wholeImage(given, architecture);
      world.published.push(image);
      return image;
    },
    addVolume: (name, labels, created) => void newVolume(world, name, labels, created),
    container: (name) => [...world.containers.values()].find((each) => each.name === name || each.id === name),
    readVolume: (name, path) => {
      const volume = world.volumes.get(name);
      if (!volume) throw new Error(`there is no volume ${name}`);
      return volume.files.read(path);
    },
    left: () => ({
      containers: [...world.containers.values()].map(({ name }) => name).sort(),
      volumes: [...world.volumes.keys()].sort(),
      networks: [...world.networks.values()].map(({ name }) => name).sort(),
      images: images().toSorted(),
      endedByDisposal: [...disposed],
    }),
    endContainer: (id) => world.containers.get(id)?.end('removed'),
    [Symbol.asyncDispose]: () => {
      for (const container of [...world.containers.values()]) {
        disposed.push(container.name);
        container.end('disposed');
      }
      world.faults.close();
      return Promise.resolve();
    },
  };
}

function wholeImage(given: GivenImage, architecture: string): FakeImage {
  const own = {
    id: `sha256:${freshId()}`,
    platform: `linux/${architecture}`,
    digests: [],
    labels: {},
    directories: [],
    users: ['root', 'builder'],
  };
  return { ...own, ...given };
}

function fakeContainers(world: World): Containers {
  const { faults, containers } = world;
  return {
    start: (spec) =>
      faults.call({ name: 'containers.start', about: spec.name ?? spec.image }, () => start(world, spec).running()),
    create: (spec) =>
      faults.call({ name: 'containers.create', about: spec.image }, () => {
        const container = start(world, { ...spec, user: '0:0' });
        container.still = true;
        const running = container.running();
        return {
          id: running.id,
          get: (path) => running.get(path),
          [Symbol.asyncDispose]: () => running[Symbol.asyncDispose](),
        };
      }),
    startService: (spec) =>
      faults.call({ name: 'containers.startService', about: spec.host }, () => startService(world, spec)),
    attach: (id, command, terminal) =>
      faults.call({ name: 'containers.attach', about: command.title }, () => attach(world, id, command, terminal)),
    list: ({ labels }) =>
      faults.call({ name: 'containers.list', about: '' }, () =>
        [...containers.values()]
          .filter(({ spec }) => carries(spec.labels, labels))
          .map(({ id, name, spec, created, still }) => ({ id, name, labels: spec.labels, running: !still, created })),
      ),
    remove: (id) => faults.call({ name: 'containers.remove', about: id }, () => containers.get(id)?.end('removed')),
  };
}

function start(world: World, spec: ContainerSpec): FakeContainer {
  const { image, name, platform, volume } = spec;
  const doing = `to create a container from ${image}`;
  const found = findImage(world, image, platform);
  if (!found) throw refused(doing, `No such image: ${image}`, 404);
  if (found.platform !== platform) {
    throw refused(doing, `image with reference ${image} was found but does not match the specified platform`, 404);
  }
  if (!/^\d/.test(spec.user) && !found.users.includes(spec.user)) {
    throw refused(`to start a container from ${image}`, `unable to find user ${spec.user}: no matching entries`, 400);
  }
  const taken = [...world.containers.values()].find((each) => each.name === name);
  if (taken) throw refused(doing, `Conflict. The container name "/${taken.name}" is already in use`, 409);
  requireSettings(world, spec);
  const mounted =
    volume &&
    ((volume.name === undefined ? undefined : world.volumes.get(volume.name)) ??
      newVolume(world, volume.name, volume.labels));
  requireNetwork(world, spec.network);
  const container = new FakeContainer(world, spec, found, mounted);
  world.containers.set(container.id, container);
  return container;
}

async function attach(
  { containers, handlers }: World,
  id: string,
  command: Command,
  terminal: Terminal,
): Promise<number> {
  const container = containers.get(id);
  if (!container) throw containerGone(`to run ${command.title}`, 404);
  if (handlers.attach) return Promise.race([handlers.attach(command, container, terminal), container.gone]);
  await using talk = await container.running().talk(command, () => undefined);
  terminal.input.pipe(talk.input);
  await pipeline(talk.output, terminal.output, { end: false });
  return 0;
}

function requireNetwork({ networks, containers }: World, network: ContainerSpec['network']): void {
  if (network === undefined) return;
  const [key, there] =
    'of' in network
      ? [network.of, containers.has(network.of)]
      : [network.network, [...networks.values()].some(({ id, name }) => [id, name].includes(network.network))];
  if (!there) throw refused('to create a container', `network ${key} not found`, 404);
}

/** Addresses of services, from 172.20.0.2 on. */
const FIRST_ADDRESS = 2;

function startService(world: World, spec: ServiceSpec): RunningService {
  const { image, platform, labels, network, hosts } = spec;
  const container = start(world, { ...{ image, platform, user: '0:0', labels }, network: { network, hosts } });
  const address = `172.20.0.${String(FIRST_ADDRESS + world.containers.size - 1)}`;
  const usual = { running: true, exitStatus: undefined, health: 'healthy', address, ports: [] } as const;
  return {
    id: container.id,
    get log() {
      return world.handlers.service(spec).log ?? [];
    },
    state: () =>
      world.faults.call({ name: 'service.state', about: spec.host }, () => {
        const gone = container.ended === undefined ? {} : { running: false, exitStatus: 137 };
        return { ...usual, ...world.handlers.service(spec), ...gone };
      }),
    [Symbol.asyncDispose]: () =>
      world.faults.call({ name: 'container.kill', about: spec.host }, () => container.end('removed')),
  };
}

/** Networks are known by name or identifier; what is mounted has to be on this machine. */
function requireSettings({ networks }: World, { image, options = {} }: ContainerSpec): void {
  const { network, mounts = [] } = options;
  const known = [...networks.values()].some(({ id, name }) => id === network || name === network);
  if (network !== undefined && !known && !['bridge', 'host', 'none'].includes(network)) {
    throw refused(`to start a container from ${image}`, `network ${network} not found`, 404);
  }
  const lacking = mounts.find(({ source }) => !existsSync(source));
  if (!lacking) return;
  const why = `invalid mount config for type "bind": bind source path does not exist: ${lacking.source}`;
  throw refused(`to create a container from ${image}`, why, 400);
}

function fakeVolumes(world: World): Volumes {
  const { faults, volumes } = world;
  const used = (name: string): boolean => [...world.containers.values()].some(({ volume }) => volume?.name === name);
  return {
    create: ({ name, labels }) =>
      faults.call({ name: 'volumes.create', about: name }, () => {
        if (!volumes.has(name)) newVolume(world, name, labels);
      }),
    inspect: (name) =>
      faults.call({ name: 'volumes.inspect', about: name }, () => {
        const found = volumes.get(name);
        return found && { name, labels: found.labels, created: found.created };
      }),
    list: ({ labels, unused = false }) =>
      faults.call({ name: 'volumes.list', about: '' }, () =>
        [...volumes.values()]
          .filter((volume) => carries(volume.labels, labels) && !(unused && used(volume.name)))
          .map(({ name, labels: own, created }) => ({ name, labels: own, created })),
      ),
    remove: (name) =>
      faults.call({ name: 'volumes.remove', about: name }, () => {
        if (used(name)) throw refused(`to remove volume ${name}`, `remove ${name}: volume is in use`, 409);
        volumes.delete(name);
      }),
  };
}

function fakeNetworks({ faults, networks }: World): Networks {
  const find = (key: string) => [...networks.values()].find(({ id, name }) => id === key || name === key);
  return {
    create: ({ name, labels, internal = false }) =>
      faults.call({ name: 'networks.create', about: name }, () => {
        if (find(name)) throw refused(`to make network ${name}`, `network with name ${name} already exists`, 409);
        const id = freshId();
        networks.set(id, { id, name, labels, internal, created: new Date() });
        return id;
      }),
    list: ({ labels }) =>
      faults.call({ name: 'networks.list', about: '' }, () =>
        [...networks.values()].filter((network) => carries(network.labels, labels)),
      ),
    remove: (network) =>
      faults.call({ name: 'networks.remove', about: network }, () => {
        const found = find(network);
        if (found) networks.delete(found.id);
      }),
  };
}
