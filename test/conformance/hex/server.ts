import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { docker } from '../../support/engine.js';
import { hostAddress } from '../../support/host-address.js';

/** A server of files that containers reach. */
export interface FileServer extends AsyncDisposable {
  /** Such as `http://172.18.0.1:40123`, without a slash at the end. */
  readonly url: string;
}

/**
 * Serves the files below a directory.
 *
 * @param secrets - what a request's `authorization` header has to be, by the beginning of its path
 */
export async function serveFiles(
  directory: string,
  secrets: Readonly<Partial<Record<string, string>>>,
): Promise<FileServer> {
  const host = await hostAddress(docker);
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://files');
    const name = path.posix.normalize(decodeURIComponent(pathname));
    const place = Object.keys(secrets).find((prefix) => `${name}/`.startsWith(`/${prefix}/`));
    const secret = place === undefined ? undefined : secrets[place];
    if (secret !== undefined && request.headers.authorization !== secret) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="files"' }).end();
      return;
    }
    // What hex.pm answers where a key is good.
    if (name === '/api/auth') {
      response.writeHead(204).end();
      return;
    }
    const file = path.join(directory, name);
    stat(file).then(
      (found) => {
        if (!found.isFile()) {
          response.writeHead(404).end();
          return;
        }
        response.writeHead(200, { 'content-length': found.size });
        createReadStream(file).pipe(response);
      },
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${host}:${String(port)}`,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
