import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { docker } from '../../support/engine.js';

/** A server of files that containers reach. */
export interface FileServer extends AsyncDisposable {
  /** Such as `http://172.17.0.1:40123`, without a slash at the end. */
  readonly url: string;
}

/** The address of this machine on the network that containers are in by default. */
export async function bridgeAddress(): Promise<string> {
  const { IPAM } = (await docker.getNetwork('bridge').inspect()) as {
    readonly IPAM: { readonly Config: readonly { readonly Gateway?: string }[] };
  };
  const gateway = IPAM.Config[0]?.Gateway;
  if (gateway === undefined) throw new Error("the engine's default network has no gateway");
  return gateway;
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
  const host = await bridgeAddress();
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
