import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import path from 'node:path';
import type { Duplex } from 'node:stream';
import { json } from 'node:stream/consumers';
import { EngineError } from '../../../src/engine/failure.js';
import { temporary } from '../checkout.js';
import { containerRoutes } from './container-routes.js';
import { upgrades } from './upgrades.js';
import type { FakeEngine } from './engine.js';
import { MIDWAY } from './faults.js';
import { imageRoutes } from './image-routes.js';
import { newSessions, type Sessions } from './sessions.js';

/** The answer to one request. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly query: URLSearchParams;
  /** What the path's pattern caught. */
  readonly part: string;
  readonly fake: FakeEngine;
  readonly sessions: Sessions;
}

/** What is answered: a value as JSON; undefined for an answer that the route writes itself. */
export type Route = (exchange: Exchange) => Promise<unknown>;

/** A fake engine that answers on a socket as Docker's API does. */
export interface FakeServer extends AsyncDisposable {
  readonly host: string;
  /** Requests in order, `METHOD path?query`, without the version. */
  readonly requests: readonly string[];
  /** Connections that are open and not only kept for later. */
  readonly busy: () => number;
}

const COMMON: readonly (readonly [RegExp, Route])[] = [
  [
    /^GET \/volumes\/([^/]+)$/,
    async ({ fake, part }) => {
      const found = await fake.volumes.inspect(part);
      if (!found) throw missing(`get ${part}: no such volume`);
      return { Name: found.name, Labels: found.labels, CreatedAt: found.created?.toISOString() };
    },
  ],
  [
    /^GET \/volumes$/,
    async ({ fake, query }) => {
      const unused = filtersOf(query).dangling?.includes('true') ?? false;
      const found = await fake.volumes.list({ labels: labelsOf(query), unused });
      if (found.length === 0) return { Volumes: null };
      return {
        Volumes: found.map(({ name, labels, created }) => ({ Name: name, Labels: labels, CreatedAt: created })),
      };
    },
  ],
  [
    /^POST \/volumes\/create$/,
    async ({ fake, request }) => {
      const { Name, Labels } = (await json(request)) as { Name: string; Labels: Record<string, string> };
      await fake.volumes.create({ name: Name, labels: Labels });
      return { Name };
    },
  ],
  [
    /^DELETE \/volumes\/([^/]+)$/,
    ({ fake, part }) => removed(fake.volumes.inspect(part), () => fake.volumes.remove(part)),
  ],
  [
    /^POST \/networks\/create$/,
    async ({ fake, request }) => {
      const { Name, Labels, Internal } = (await json(request)) as {
        Name: string;
        Labels: Record<string, string>;
        Internal?: boolean;
      };
      return { Id: await fake.networks.create({ name: Name, labels: Labels, internal: Internal ?? false }) };
    },
  ],
  [
    /^GET \/networks$/,
    async ({ fake, query }) => {
      const found = await fake.networks.list({ labels: labelsOf(query) });
      return found.map(({ id, name, labels, created }) => ({ Id: id, Name: name, Labels: labels, Created: created }));
    },
  ],
  [
    /^DELETE \/networks\/([^/]+)$/,
    async ({ fake, part }) => {
      const all = await fake.networks.list({ labels: {} });
      const found = all.find(({ id, name }) => id === part || name === part);
      return removed(Promise.resolve(found), () => fake.networks.remove(part));
    },
  ],
];

/** The answer to most removals. */
export const NO_CONTENT = Symbol('no content');

/** @param facts - what it says of itself; an API version of 1.41 unless given */
export async function serve(
  fake: FakeEngine,
  facts: { readonly api?: string; readonly oldest?: string; readonly version?: string } = {},
): Promise<FakeServer> {
  const { api = '1.41', oldest = '1.12', version = fake.version } = facts;
  const place = await temporary();
  const socket = path.join(place.path, 'docker.sock');
  const sessions = newSessions();
  const requests: string[] = [];
  const routes = [...COMMON, ...imageRoutes, ...containerRoutes];
  const about: Readonly<Record<string, object>> = {
    'GET /version': { ApiVersion: api, MinAPIVersion: oldest, Version: version, Arch: fake.architecture },
    'GET /info': { SystemTime: new Date(Date.now() + fake.clockSkew).toISOString() },
  };
  let busy = 0;
  const targetOf = ({ method = '', url = '' }: IncomingMessage): URL => {
    const target = new URL(url.replace(/^\/v[\d.]+/, ''), 'http://fake');
    requests.push(`${method} ${target.pathname}${target.search}`);
    return target;
  };
  const server = createServer((request, response) => {
    busy += 1;
    response.once('close', () => (busy -= 1));
    const { pathname, searchParams: query } = targetOf(request);
    const line = `${request.method ?? ''} ${decodeURIComponent(pathname)}`;
    const known = about[line];
    const matched = routes.flatMap(([pattern, route]) => {
      const match = pattern.exec(line);
      return match ? [{ route, part: match[1] ?? '' }] : [];
    })[0];
    const exchange = { request, response, query, part: matched?.part ?? '', fake, sessions };
    const answer = known ? Promise.resolve(known) : matched?.route(exchange);
    (answer ?? Promise.reject(missing(`no such route: ${line}`))).then(
      (value) => {
        if (value === NO_CONTENT) response.writeHead(204).end();
        else if (value !== undefined) response.setHeader('Content-Type', 'application/json').end(JSON.stringify(value));
      },
      (error: unknown) => fail(request, response, error),
    );
  });
  server.on('upgrade', (request: IncomingMessage, connection: Duplex, head: Buffer) => {
    busy += 1;
    connection.once('close', () => (busy -= 1));
    upgrades(targetOf(request), request, connection, head, sessions);
  });
  await once(server.listen(socket), 'listening');
  return {
    host: `unix://${socket}`,
    requests,
    busy: () => busy,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await place[Symbol.asyncDispose]();
    },
  };
}

/** Answers with an error as an engine does, or not at all where the connection is to break. */
function fail(request: IncomingMessage, response: ServerResponse, error: unknown): void {
  const isOurs = error instanceof EngineError;
  if (isOurs && error.code === 'engine-connection-lost' && !error.containerGone) {
    if (error.reason !== MIDWAY) response.destroy();
    else {
      if (!response.headersSent) response.writeHead(200, { 'Content-Length': 1000 });
      response.write('{"half of an ans', () => response.destroy());
    }
    return;
  }
  const message = isOurs ? error.reason : String(error);
  if (response.headersSent) {
    response.end(`${JSON.stringify({ error: message })}\n`);
    return;
  }
  request.resume();
  response.writeHead((isOurs ? error.status : undefined) ?? 500).end(JSON.stringify({ message }));
}

export function missing(reason: string): EngineError {
  return new EngineError('engine-error', { what: reason, next: '', reason }, { status: 404 });
}

/** The fake passes over what is not there, and an engine says so. */
export async function removed(found: Promise<unknown>, remove: () => Promise<void>): Promise<unknown> {
  if ((await found) === undefined) throw missing('no such thing');
  await remove();
  return NO_CONTENT;
}

export function filtersOf(query: URLSearchParams): Readonly<Record<string, readonly string[] | undefined>> {
  const filters: unknown = JSON.parse(query.get('filters') ?? '{}');
  return filters as Readonly<Record<string, readonly string[] | undefined>>;
}

export function labelsOf(query: URLSearchParams): Readonly<Record<string, string | true>> {
  const pairs = (filtersOf(query).label ?? []).map((text) => {
    const at = text.indexOf('=');
    return at < 0 ? ([text, true] as const) : ([text.slice(0, at), text.slice(at + 1)] as const);
  });
  return Object.fromEntries<string | true>(pairs);
}
