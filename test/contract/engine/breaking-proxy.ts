import { connect, createServer, type Socket } from 'node:net';
import { once } from 'node:events';
import path from 'node:path';
import { temporary } from '../../support/checkout.js';
import type { BrokenCall } from './subject.js';

/** The request of a call, and how many bytes of its answer are beyond the headers and not yet all of it. */
const BROKEN: Readonly<Record<BrokenCall, { readonly request: RegExp; readonly bytes: number }>> = {
  inspect: { request: /^GET \S*\/images\/.+\/json/, bytes: 500 },
  // By the engine's older builder, and by BuildKit.
  build: { request: /^POST \S*\/(?:build\?|session\b|grpc\b)/, bytes: 350 },
  run: { request: /^POST \S*\/exec\/\w+\/start/, bytes: 4000 },
  get: { request: /^GET \S*\/archive\?/, bytes: 100_000 },
};

/** A way to an engine on which the connection of one call breaks. */
export interface BreakingProxy extends AsyncDisposable {
  /** Address of the engine through it. */
  readonly host: string;
}

/** @param socket - of the engine */
export async function breakingProxy(
  socket: string,
  call: BrokenCall,
  when: 'before' | 'midway',
): Promise<BreakingProxy> {
  const place = await temporary();
  const at = path.join(place.path, 'engine.sock');
  const { request, bytes } = BROKEN[call];
  const open = new Set<Socket>();
  let done = false;
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const engine = connect({ path: socket, allowHalfOpen: true });
    let left: number | undefined;
    const cut = (): void => {
      done = true;
      client.destroy();
      engine.destroy();
      // BuildKit has several connections, and opens one again that was lost: nothing of the engine is left for it.
      if (call === 'build') for (const each of open) each.destroy();
    };
    if (done && call === 'build') {
      cut();
      return;
    }
    for (const [from, to] of [
      [client, engine],
      [engine, client],
    ] as const) {
      open.add(from.once('close', () => open.delete(from)));
      from.on('error', cut).on('close', () => to.destroy());
      from.on('end', () => to.end());
    }
    client.on('data', (chunk: Buffer) => {
      const matches = !done && request.test(chunk.toString('latin1'));
      if (matches && when === 'before') cut();
      else engine.write(chunk);
      if (matches) left = bytes;
    });
    engine.on('data', (chunk: Buffer) => {
      if (left === undefined) client.write(chunk);
      else if (chunk.length < left) {
        left -= chunk.length;
        client.write(chunk);
      } else client.write(chunk.subarray(0, left), cut);
    });
  });
  await once(server.listen(at), 'listening');
  return {
    host: `unix://${at}`,
    [Symbol.asyncDispose]: async () => {
      server.close();
      for (const each of open) each.destroy();
      await place[Symbol.asyncDispose]();
    },
  };
}
