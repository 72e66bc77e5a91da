import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { expect, it } from '@jest/globals';
import { docker } from '../support/engine.js';
import { hostAddress } from '../support/host-address.js';

it('is an address at which containers of the default network reach a server of this machine', async () => {
  const host = await hostAddress(docker);
  const server = createServer((socket) => socket.end('reached\n')).listen(0, host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const container = await docker.createContainer({
    Image: 'debian:trixie-slim',
    Cmd: ['bash', '-c', `cat </dev/tcp/${host}/${String(port)}`],
    Tty: true,
  });
  try {
    const stream = await container.attach({ stream: true, stdout: true, stderr: true });
    await container.start();
    let output = '';
    for await (const chunk of stream) output += chunk.toString();
    expect(output.trim()).toBe('reached');
  } finally {
    await container.remove({ force: true });
    server.close();
  }
});
