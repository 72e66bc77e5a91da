import type { ServerResponse } from 'node:http';
import type { RegistryLogin } from '../../../src/engine/engine.js';
import { filtersOf, labelsOf, missing, removed, type Exchange, type Route } from './server.js';

/** Signals of requests end with their connections. */
function signalOf(response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  response.once('close', () => controller.abort(new Error('the client went away')));
  return controller.signal;
}

function event(response: ServerResponse, value: object): void {
  response.write(`${JSON.stringify(value)}\n`);
}

function platformOf(query: URLSearchParams): string | undefined {
  const text = query.get('platform');
  if (!text) return undefined;
  if (!text.startsWith('{')) return text;
  const { os = '', architecture = '' } = JSON.parse(text) as { os?: string; architecture?: string };
  return `${os}/${architecture}`;
}

async function transfer(
  { response, query, request, fake }: Exchange,
  kind: 'pull' | 'push',
  reference: string,
): Promise<undefined> {
  const login = request.headers['x-registry-auth'];
  const decoded =
    typeof login === 'string' ? (JSON.parse(Buffer.from(login, 'base64url').toString()) as RegistryLogin) : undefined;
  const platform = platformOf(query) ?? `linux/${fake.architecture}`;
  await fake.images[kind](reference, { platform, login: decoded, signal: signalOf(response) });
  event(response, { status: 'Downloading' });
  response.end();
}

export const imageRoutes: readonly (readonly [RegExp, Route])[] = [
  [
    /^GET \/images\/json$/,
    async ({ fake, query }) => {
      const [reference] = filtersOf(query).reference ?? [];
      const found = await fake.images.list({ labels: labelsOf(query), ...(reference !== undefined && { reference }) });
      // As engines have them that know no names or labels of an image.
      const orNull = <T extends object>(list: T): T | null => (Object.keys(list).length > 0 ? list : null);
      return found.map(({ id, names, labels }) => ({ Id: id, RepoTags: orNull(names), Labels: orNull(labels) }));
    },
  ],
  [
    /^GET \/images\/(.+)\/json$/,
    async ({ fake, part, query }) => {
      const wanted = platformOf(query);
      const found = await fake.images.inspect(part, wanted);
      if (!found || (wanted !== undefined && found.platform !== wanted)) throw missing(`No such image: ${part}`);
      const [Os, Architecture] = found.platform.split('/');
      const { id, names, digests, labels, searchPath } = found;
      const Config = { Labels: labels, Env: searchPath ? [`PATH=${searchPath.join(':')}`] : null };
      return { Id: id, Os, Architecture, RepoTags: names, RepoDigests: digests, Config };
    },
  ],
  [
    /^POST \/images\/create$/,
    (exchange) => {
      const tag = exchange.query.get('tag') ?? '';
      const name = exchange.query.get('fromImage') ?? '';
      return transfer(exchange, 'pull', tag === '' ? name : `${name}${tag.includes(':') ? '@' : ':'}${tag}`);
    },
  ],
  [/^POST \/images\/(.+)\/push$/, (exchange) => transfer(exchange, 'push', exchange.part)],
  [
    /^POST \/images\/(.+)\/tag$/,
    async ({ fake, part, query }) => {
      await fake.images.tag(part, { repository: query.get('repo') ?? '', tag: query.get('tag') ?? 'latest' });
      return {};
    },
  ],
  [
    /^DELETE \/images\/(.+)$/,
    async ({ fake, part, query }) => {
      const options = { force: query.get('force') === 'true' };
      await removed(fake.images.inspect(part), () => fake.images.remove(part, options));
      return [];
    },
  ],
  [
    /^POST \/build$/,
    async ({ fake, request, response, query }) => {
      const record = (name: string) => JSON.parse(query.get(name) ?? '{}') as Record<string, string>;
      const id = await fake.images.build({
        context: request,
        dockerfile: query.get('dockerfile') ?? 'Dockerfile',
        platform: platformOf(query) ?? '',
        ...{ args: record('buildargs'), labels: record('labels'), pull: query.get('pull') === 'true' },
        tag: query.get('t') ?? undefined,
        signal: signalOf(response),
        onOutput: (stream) => event(response, { stream }),
      });
      event(response, { aux: { ID: id } });
      response.end();
      return undefined;
    },
  ],
];
