import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { docker } from './engine.js';
import { makeAuthority, type Authority } from './authority.js';
import { hostAddress } from './host-address.js';

/** A company's server of files, for which only its own authority vouches, and which containers reach. */
export interface Company extends AsyncDisposable {
  /** `https://ADDRESS:PORT` */
  readonly url: string;
  /** `ADDRESS:PORT` */
  readonly host: string;
  readonly authority: Authority;
  /** Paths that were asked for. */
  readonly asked: string[];
  /** The next requests of a path that begins so get status 503. */
  failNext(prefix: string, times: number): void;
}

/**
 * @param directory - its files
 * @param keys - directory for those of the authority
 */
export async function startCompany(directory: string, keys: string): Promise<Company> {
  const address = await hostAddress(docker);
  const authority = await makeAuthority(keys, address);
  const asked: string[] = [];
  const failing = new Map<string, number>();
  const server = createServer(authority.server, (request, response) => {
    const name = path.posix.normalize(decodeURIComponent(new URL(request.url ?? '/', 'https://company').pathname));
    asked.push(name);
    const [prefix, left] = [...failing].find(([start, times]) => name.startsWith(start) && times > 0) ?? [];
    if (prefix !== undefined && left !== undefined) {
      failing.set(prefix, left - 1);
      response.writeHead(503).end();
      return;
    }
    const file = path.join(directory, name);
    stat(file).then(
      (found) => {
        if (found.isFile()) {
          response.writeHead(200, { 'content-length': found.size });
          createReadStream(file).pipe(response);
        } else response.writeHead(404).end();
      },
      () => response.writeHead(404).end(),
    );
  });
  server.listen(0, address);
  await once(server, 'listening');
  const host = `${address}:${String((server.address() as AddressInfo).port)}`;
  return {
    ...{ url: `https://${host}`, host, authority, asked },
    failNext: (prefix, times) => void failing.set(prefix, times),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
