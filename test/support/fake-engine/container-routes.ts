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
  readonly HostConfig: {
    readonly Mounts?: readonly {
      readonly Source?: string;
      readonly Target: string;
      readonly VolumeOptions: { readonly Labels: Record<string, string> };
    }[];
  };
}

async function create({ fake, request, query, sessions }: Exchange): Promise<unknown> {
  const { Image, User, Labels, HostConfig } = (await json(request)) as CreateBody;
  const [mount] = HostConfig.Mounts ?? [];
  const name = query.get('name');
  const spec: ContainerSpec = {
    ...{ image: Image, user: User, labels: Labels, platform: query.get('platform') ?? '' },
    ...(name !== null && { name }),
    ...(mount && {
      volume: {
        ...(mount.Source !== undefined && { name: mount.Source }),
        ...{ path: mount.Target, labels: mount.VolumeOptions.Labels },
      },
    }),
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
  if ('failure' in found || !exchange.fake.container(exchange.part)) {
    throw missing(`No such container: ${exchange.part}`);
  }
  return found.running;
}

const pathOf = ({ query }: Exchange): string => query.get('path') ?? '/';

export const containerRoutes: readonly (readonly [RegExp, Route])[] = [
  [/^POST \/containers\/create$/, create],
  [
    /^GET \/containers\/json$/,
    async ({ fake, query }) => {
      const found = await fake.containers.list({ labels: labelsOf(query) });
      return found.map(({ id, name, labels }) => ({ Id: id, Names: [`/${name}`], Labels: labels, State: 'running' }));
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
    (exchange) => {
      const { id } = running(exchange);
      return Promise.resolve({ Id: id, State: { Running: true } });
    },
  ],
  [
    /^DELETE \/containers\/([^/]+)$/,
    async (exchange) => {
      const { sessions, part, fake } = exchange;
      const there = sessions.containers.get(part);
      sessions.containers.delete(part);
      if (!there || ('running' in there && !fake.container(part))) throw missing(`No such container: ${part}`);
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
      const archive = await running(exchange).get(pathOf(exchange));
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
