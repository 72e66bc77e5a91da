import { once } from 'node:events';
import { createServer, request } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';

/** A proxy for http and, by tunnels, for https. */
export interface ForwardProxy extends AsyncDisposable {
  /** `http://ADDRESS:PORT` */
  readonly url: string;
  /** What it was asked for: `CONNECT host:port`, or `GET http://…`. */
  readonly asked: readonly string[];
  /** What `proxy-authorization` was, by request. */
  readonly authorizations: readonly (string | undefined)[];
}

export interface ForwardProxyOptions {
  /** The address that it listens at. */
  readonly host?: string;
  /** Where it connects to in place of what it is asked for: the target of a tunnel, by `host:port`. */
  readonly routes?: Readonly<Record<string, { readonly host: string; readonly port: number }>>;
  /** The status that it refuses everything with. */
  readonly refuses?: number;
}

export async function startForwardProxy(options: ForwardProxyOptions = {}): Promise<ForwardProxy> {
  const { host = '127.0.0.1', routes = {}, refuses } = options;
  const [asked, authorizations]: [string[], (string | undefined)[]] = [[], []];
  const open = new Set<Socket>();
  const server = createServer((incoming, response) => {
    asked.push(`${incoming.method ?? ''} ${incoming.url ?? ''}`);
    authorizations.push(incoming.headers['proxy-authorization']);
    const outgoing = request(incoming.url ?? '', { method: incoming.method, headers: incoming.headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    outgoing.on('error', () => response.writeHead(502).end());
    incoming.pipe(outgoing);
  });
  server.on('connect', (incoming, client: Socket) => {
    asked.push(`CONNECT ${incoming.url ?? ''}`);
    authorizations.push(incoming.headers['proxy-authorization']);
    if (refuses !== undefined) {
      client.end(`HTTP/1.1 ${String(refuses)} Refused\r\ncontent-length: 0\r\n\r\n`);
      return;
    }
    const target = incoming.url ?? '';
    const at = target.lastIndexOf(':');
    const way = routes[target] ?? { host: target.slice(0, at), port: Number(target.slice(at + 1)) };
    const far = connect(way.port, way.host, () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      far.pipe(client);
      client.pipe(far);
    });
    for (const socket of [client, far]) {
      open.add(socket.once('close', () => open.delete(socket)));
      socket.on('error', () => [client, far].forEach((each) => each.destroy()));
    }
  });
  await once(server.listen(0, host), 'listening');
  return {
    url: `http://${host}:${String((server.address() as AddressInfo).port)}`,
    asked,
    authorizations,
    [Symbol.asyncDispose]: async () => {
      for (const socket of open) socket.destroy();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
