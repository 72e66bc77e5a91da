import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import path from 'node:path';
import type { Duplex } from 'node:stream';
import { connectEngine } from '../../../src/engine/connect.js';
import type { Engine } from '../../../src/engine/engine.js';
import { temporary } from '../../support/checkout.js';

/** What is answered to one request: a status and a value, or by hand. */
export type Answer =
  | { readonly status?: number; readonly body?: unknown }
  | ((request: IncomingMessage, response: ServerResponse) => void);

/** An engine that answers as it is told to, through the adapter. */
export interface Scripted extends AsyncDisposable {
  readonly engine: Engine;
  /** `METHOD path?query`, without the version. */
  readonly requests: string[];
  /** Headers of the last request of a path. */
  readonly headers: Map<string, IncomingMessage['headers']>;
  /** Attached connections that are open. */
  readonly attached: Set<Duplex>;
}

/** @param answers - by `METHOD path`; of several, one after the other, and the last for all further requests */
export async function scripted(
  answers: Readonly<Record<string, Answer | readonly Answer[]>>,
  api = '1.41',
): Promise<Scripted> {
  const place = await temporary();
  const socket = path.join(place.path, 'docker.sock');
  const requests: string[] = [];
  const headers = new Map<string, IncomingMessage['headers']>();
  const attached = new Set<Duplex>();
  const turns = new Map<string, number>();
  const about: Readonly<Record<string, Answer>> = {
    'GET /version': { body: { ApiVersion: api, MinAPIVersion: '1.12', Version: '1', Arch: 'amd64' } },
    'GET /info': { body: { SystemTime: new Date().toISOString() } },
  };
  const server = createServer((request, response) => {
    const [target = '', query = ''] = (request.url ?? '').replace(/^\/v[\d.]+/, '').split('?');
    const line = `${request.method ?? ''} ${target}`;
    requests.push(`${line}?${decodeURIComponent(query)}`);
    headers.set(line, request.headers);
    const turn = turns.get(line) ?? 0;
    turns.set(line, turn + 1);
    const found = answers[line] ?? about[line] ?? { status: 404, body: { message: `no such thing: ${line}` } };
    const answer = Array.isArray(found)
      ? ((found as readonly Answer[])[turn] ?? (found as readonly Answer[]).at(-1))
      : (found as Answer);
    if (typeof answer === 'function') answer(request, response);
    else {
      request.resume();
      response
        .writeHead(answer?.status ?? 200)
        .end(answer?.body === undefined ? undefined : JSON.stringify(answer.body));
    }
  });
  server.on('upgrade', ({ url = '' }, connection: Duplex) => {
    attached.add(connection.once('close', () => attached.delete(connection)));
    connection.on('error', () => connection.destroy()).once('end', () => connection.end());
    connection.resume();
    connection.write('HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n');
    // A command prints nothing, and ends at once.
    if (url.includes('/exec/')) connection.end();
  });
  await once(server.listen(socket), 'listening');
  const engine = await connectEngine({ DOCKER_HOST: `unix://${socket}` }, '/nowhere');
  return {
    ...{ engine, requests, headers, attached },
    [Symbol.asyncDispose]: async () => {
      await engine[Symbol.asyncDispose]();
      server.closeAllConnections();
      server.close();
      for (const connection of attached) connection.destroy();
      await place[Symbol.asyncDispose]();
    },
  };
}
