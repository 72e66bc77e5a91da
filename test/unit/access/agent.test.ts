import { describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { createServer } from 'node:net';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { forwardAgent } from '../../../src/access/agent.js';
import { frame, readFrames } from '../../../src/access/frames.js';
import type { Command } from '../../../src/engine/container.js';
import { temporary } from '../../support/checkout.js';
import { stubContainer } from '../support/container.js';
import { errorOf } from '../support/errors.js';

/** A container whose relay is played by the test: `toUs` is what it writes, `fromUs` what it reads. */
function relay() {
  const [toUs, fromUs] = [new PassThrough(), new PassThrough()];
  const commands: Command[] = [];
  const talk = (command: Command) => {
    commands.push(command);
    return Promise.resolve({
      input: fromUs,
      output: toUs,
      [Symbol.asyncDispose]: () => {
        fromUs.end();
        return Promise.resolve();
      },
    });
  };
  return { toUs, fromUs, commands, container: { ...stubContainer({}), talk } };
}

const READY = frame(0, Buffer.alloc(0));

describe('forwardAgent', () => {
  it('passes on what is asked, connection by connection, and what is answered', async () => {
    await using home = await temporary();
    const socket = path.join(home.path, 'agent');
    const server = createServer((client) => client.on('data', (data) => client.end(`answer to ${data.toString()}`)));
    await once(server.listen(socket), 'listening');
    const { toUs, fromUs, commands, container } = relay();
    toUs.write(READY);
    {
      await using agent = await forwardAgent({
        container,
        socket,
        path: '/there',
        env: { A: 'b' },
        onLine: () => undefined,
      });
      expect(agent).toBeDefined();
      expect(commands[0]?.env).toEqual({ A: 'b', MIX_RELEASE_AGENT_SOCKET: '/there' });
      toUs.write(frame(1, Buffer.from('one')));
      toUs.write(frame(2, Buffer.from('two')));
      const said = new Map<number, string>();
      let closed = 0;
      for await (const { connection, data } of readFrames(fromUs)) {
        if (data.length === 0) closed += 1;
        said.set(connection, (said.get(connection) ?? '') + data.toString());
        if (closed === 2) break;
      }
      expect([...said].sort()).toEqual([
        [1, 'answer to one'],
        [2, 'answer to two'],
      ]);
    }
    server.close();
  });

  it('closes a connection for which there is no agent, and says so', async () => {
    const { toUs, fromUs, container } = relay();
    const lines: string[] = [];
    toUs.write(READY);
    const spec = {
      container,
      socket: '/nowhere/agent',
      path: '/there',
      env: {},
      onLine: (line: string) => lines.push(line),
    };
    await using agent = await forwardAgent(spec);
    expect(agent).toBeDefined();
    toUs.write(frame(7, Buffer.from('one')));
    const first = await readFrames(fromUs).next();
    expect(first.value).toEqual({ connection: 7, data: Buffer.alloc(0) });
    expect(lines.join()).toContain('/nowhere/agent does not answer');
  });

  it('fails where the relay ends before it is ready', async () => {
    const { toUs, container } = relay();
    toUs.end();
    const spec = { container, socket: '/nowhere/agent', path: '/there', env: {}, onLine: () => undefined };
    expect(await errorOf(() => forwardAgent(spec))).toMatchObject({ code: 'ssh-agent-failed', exitStatus: 5 });
  });
});
