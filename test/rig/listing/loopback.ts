import { EventEmitter, once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a server does in place of its answer, once. */
export type Fault =
  | { readonly status: number; readonly retryAfter?: string; readonly body?: string }
  /** The connection ends without an answer. */
  | 'reset'
  /** The connection stays, and nothing comes. */
  | 'hang';

/** A request as it came. */
export interface Seen {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/** A server on a free loopback port that records what it is asked and fails when told to. */
export interface Loopback extends AsyncDisposable {
  /** `127.0.0.1:PORT` */
  readonly host: string;
  /** Oldest first; `clear` empties it. */
  readonly requests: readonly Seen[];
  clear(): void;
  /** Resolves when the next request has come. */
  requested(): Promise<void>;
  /** The next `times` requests get the fault. */
  fail(fault: Fault, times?: number): void;
}

export async function startLoopback(answer: (seen: Seen) => Reply): Promise<Loopback> {
  const requests: Seen[] = [];
  const faults: Fault[] = [];
  const arrivals = new EventEmitter();
  const server = createServer((incoming, response) => {
    void read(incoming).then((seen) => {
      requests.push(seen);
      arrivals.emit('request');
      const fault = faults.shift();
      if (fault === undefined) send(response, incoming, answer(seen));
      else spoil(response, fault);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    host: `127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    requests,
    clear() {
      requests.length = 0;
      faults.length = 0;
    },
    async requested() {
      await once(arrivals, 'request');
    },
    fail(fault, times = 1) {
      for (let count = 0; count < times; count += 1) faults.push(fault);
    },
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

async function read(incoming: IncomingMessage): Promise<Seen> {
  let body = '';
  for await (const chunk of incoming) body += String(chunk);
  const url = new URL(incoming.url ?? '/', `http://${incoming.headers.host ?? 'localhost'}`);
  return { method: incoming.method ?? 'GET', url, headers: incoming.headers, body };
}

function send(response: ServerResponse, { method }: IncomingMessage, { status, headers, body = '' }: Reply): void {
  response.writeHead(status, { 'content-length': Buffer.byteLength(body), ...headers });
  response.end(method === 'HEAD' ? undefined : body);
}

function spoil(response: ServerResponse, fault: Fault): void {
  if (fault === 'hang') return;
  if (fault === 'reset') {
    response.destroy();
    return;
  }
  const { status, retryAfter, body = 'out of order' } = fault;
  response.writeHead(status, retryAfter === undefined ? {} : { 'retry-after': retryAfter });
  response.end(body);
}
