import { PassThrough } from 'node:stream';
import { json } from 'node:stream/consumers';
import type { ContainerSpec } from '../../../src/engine/container.js';
import { isConflict, isMissing } from '../../../src/engine/failure.js';
import { labelsOf, missing, NO_CONTENT, type Exchange, type Route } from './server.js';
import type { Created } from './sessions.js';
import { freshId } from './world.js';

interface CreateBody {
  readonly Image: string;
  readonly User: string;
  readonly Labels: Record<string, string>;
  readonly Hostname?: string;
  readonly Env?: readonly string[];
  readonly HostConfig: {
    /** Absent for a service, and for what is never started, which has no network mode either. */
    readonly AutoRemove?: boolean;
    readonly NetworkMode?: string;
    readonly ExtraHosts?: readonly string[];
    readonly Mounts?: readonly {
      readonly Type: 'volume' | 'bind';
      readonly Source?: string;
      readonly Target: string;
      readonly ReadOnly?: boolean;
      readonly VolumeOptions?: { readonly Labels: Record<string, string> };
    }[];
    readonly Memory?: number;
    readonly NanoCpus?: number;
  };
}

/** As `{ name: rest }`, by what stands between them. */
function pairs(texts: readonly string[], between: string): Record<string, string> {
  return Object.fromEntries(
    texts.map((text) => [text.slice(0, text.indexOf(between)), text.slice(text.indexOf(between) + 1)]),
  );
}

function networkOf({ NetworkMode, ExtraHosts = [] }: CreateBody['HostConfig']): Pick<ContainerSpec, 'network'> {
  if (NetworkMode === undefined || ['none', 'host', 'bridge'].includes(NetworkMode)) return {};
  if (NetworkMode.startsWith('container:')) return { network: { of: NetworkMode.slice('container:'.length) } };
  return { network: { network: NetworkMode, hosts: pairs(ExtraHosts, ':') } };
}

async function createService({ fake, query, sessions }: Exchange, body: CreateBody): Promise<unknown> {
  const { Image, Labels, HostConfig, Hostname = '', Env = [] } = body;
  const service = await fake.containers.startService({
    ...{ image: Image, labels: Labels, platform: query.get('platform') ?? '', host: Hostname, env: pairs(Env, '=') },
    ...{ network: HostConfig.NetworkMode ?? '', hosts: pairs(HostConfig.ExtraHosts ?? [], ':') },
  });
  sessions.containers.set(service.id, { service });
  return { Id: service.id };
}

async function createStill({ fake, query, sessions }: Exchange, { Image, Labels }: CreateBody): Promise<unknown> {
  const spec = { image: Image, labels: Labels, platform: query.get('platform') ?? '' };
  const still = await fake.containers.create(spec);
  sessions.containers.set(still.id, { still });
  return { Id: still.id };
}

async function create(exchange: Exchange): Promise<unknown> {
  const { fake, request, query, sessions } = exchange;
  const body = (await json(request)) as CreateBody;
  const { Image, User, Labels, HostConfig } = body;
  if (HostConfig.AutoRemove !== true) {
    return HostConfig.NetworkMode === undefined ? createStill(exchange, body) : createService(exchange, body);
  }
  const { Mounts = [], Memory, NanoCpus } = HostConfig;
  const mount = Mounts.find(({ Type }) => Type === 'volume');
  const binds = Mounts.filter(({ Type }) => Type === 'bind');
  const name = query.get('name');
  const spec: ContainerSpec = {
    ...{ image: Image, user: User, labels: Labels, platform: query.get('platform') ?? '' },
    ...(name !== null && { name }),
    ...networkOf(HostConfig),
    ...(mount && {
      volume: {
        ...(mount.Source !== undefined && { name: mount.Source }),
        ...{ path: mount.Target, labels: mount.VolumeOptions?.Labels ?? {} },
      },
    }),
    options: {
      ...{ memory: Memory, cpus: NanoCpus === undefined ? undefined : NanoCpus / 1e9 },
      mounts: binds.map(({ Source = '', Target, ReadOnly }) => ({
        source: Source,
        target: Target,
        writable: !ReadOnly,
      })),
    },
  };
  try {
    const running = await fake.containers.start(spec);
    sessions.containers.set(running.id, { running });
    return { Id: running.id };
  } catch (error) {
    if (isConflict(error) || isMissing(error)) throw error;
    // What else is wrong shows when it is to start.
    const id = freshId();
    sessions.containers.set(id, { failure: error as Error });
    return { Id: id };
  }
}

function created({ sessions, part }: Exchange): Created {
  const found = sessions.containers.get(part);
  if (!found) throw missing(`No such container: ${part}`);
  return found;
}

function running(exchange: Exchange) {
  const found = created(exchange);
  if (!('running' in found) || !exchange.fake.container(exchange.part)) {
    throw missing(`No such container: ${exchange.part}`);
  }
  return found.running;
}

function readable(exchange: Exchange) {
  const found = created(exchange);
  return 'still' in found ? found.still : running(exchange);
}

const pathOf = ({ query }: Exchange): string => query.get('path') ?? '/';

export const containerRoutes: readonly (readonly [RegExp, Route])[] = [
  [/^POST \/containers\/create$/, create],
  [
    /^GET \/containers\/json$/,
    async ({ fake, query }) => {
      const found = await fake.containers.list({ labels: labelsOf(query) });
      return found.map(({ id, name, labels, created, running }) => ({
        ...{ Id: id, Names: [`/${name}`], Labels: labels, State: running ? 'running' : 'created' },
        Created: Math.floor((created?.getTime() ?? 0) / 1000),
      }));
    },
  ],
  [
    /^POST \/containers\/([^/]+)\/start$/,
    (exchange) => {
      const found = created(exchange);
      return 'failure' in found ? Promise.reject(found.failure) : Promise.resolve({});
    },
  ],
  [
    /^GET \/containers\/([^/]+)\/json$/,
    async (exchange) => {
      const found = created(exchange);
      if (!('service' in found)) return { Id: running(exchange).id, State: { Running: true } };
      const { running: runs, exitStatus, health, address, ports } = await found.service.state();
      return {
        Id: found.service.id,
        State: { Running: runs, ExitCode: exitStatus ?? 0, Health: { Status: health ?? 'none' } },
        Config: { ExposedPorts: Object.fromEntries(ports.map((port) => [`${String(port)}/tcp`, {}])) },
        NetworkSettings: { Networks: { one: { IPAddress: address ?? '' } } },
      };
    },
  ],
  [
    /^DELETE \/containers\/([^/]+)$/,
    async (exchange) => {
      const { sessions, part, fake } = exchange;
      const there = sessions.containers.get(part);
      sessions.containers.delete(part);
      if (!there || (!('failure' in there) && !fake.container(part))) throw missing(`No such container: ${part}`);
      await fake.containers.remove(part);
      return NO_CONTENT;
    },
  ],
  [
    /^PUT \/containers\/([^/]+)\/archive$/,
    async (exchange) => {
      // A stream of its own: what is thrown away is not the connection.
      await running(exchange).put(exchange.request.pipe(new PassThrough()), pathOf(exchange));
      return {};
    },
  ],
  [
    /^GET \/containers\/([^/]+)\/archive$/,
    async (exchange) => {
      const { response } = exchange;
      const archive = await readable(exchange).get(pathOf(exchange));
      archive.on('error', () => response.destroy());
      response.on('close', () => archive.destroy());
      archive.pipe(response);
      return undefined;
    },
  ],
  [
    /^POST \/containers\/([^/]+)\/exec$/,
    async (exchange) => {
      const container = running(exchange);
      const { Cmd, Env, AttachStdin, WorkingDir } = (await json(exchange.request)) as {
        readonly Cmd: string[];
        readonly Env: string[];
        readonly AttachStdin?: boolean;
        readonly WorkingDir?: string;
      };
      const env = Object.fromEntries(
        Env.map((text) => [text.slice(0, text.indexOf('=')), text.slice(text.indexOf('=') + 1)]),
      );
      const command = { title: Cmd[0] ?? '', argv: Cmd, env, ...(WorkingDir !== undefined && { cwd: WorkingDir }) };
      const id = freshId();
      exchange.sessions.execs.set(id, { container, command, talks: AttachStdin ?? false });
      return { Id: id };
    },
  ],
  [
    /^GET \/exec\/([^/]+)\/json$/,
    ({ sessions, part }) => {
      const exec = sessions.execs.get(part);
      if (!exec || exec.gone === true) return Promise.reject(missing(`No such exec instance: ${part}`));
      return Promise.resolve({ ExitCode: exec.status ?? null, Running: exec.status === undefined });
    },
  ],
];
