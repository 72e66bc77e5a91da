import type { IncomingMessage } from 'node:http';
import { PassThrough, type Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { NOT_STARTED } from '../../../src/engine/container.js';
import { EngineError } from '../../../src/engine/failure.js';
import type { Exec, Sessions } from './sessions.js';

const UPGRADED = 'HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n';

/** Answers a request that takes its connection over: an attached container, or a command. */
export function upgrades(
  { pathname }: URL,
  request: IncomingMessage,
  connection: Duplex,
  head: Buffer,
  sessions: Sessions,
): void {
  connection.on('error', () => connection.destroy());
  const [, kind, id = ''] = /^\/(containers|exec)\/([^/]+)\//.exec(pathname) ?? [];
  const input = withoutBody(connection, head, Number(request.headers['content-length'] ?? 0));
  const exec = sessions.execs.get(id);
  const container = sessions.containers.get(id);
  if (kind === 'containers' && container) attach(connection, input, container);
  else if (exec) void (exec.talks ? talk(connection, input, exec) : run(connection, exec));
  else refuse(connection, 404, `No such thing: ${id}`);
}

/** The connection's input behind the body of its request. */
function withoutBody(connection: Duplex, head: Buffer, bytes: number): PassThrough {
  const input = new PassThrough();
  let left = bytes;
  const take = (chunk: Buffer): void => {
    const skipped = Math.min(left, chunk.length);
    left -= skipped;
    if (chunk.length > skipped) input.write(chunk.subarray(skipped));
  };
  take(head);
  connection.on('data', take).once('end', () => input.end());
  return input;
}

type Created = Sessions['containers'] extends Map<string, infer T> ? T : never;

/** Its first process waits for this input to end, and the container goes with it. */
function attach(connection: Duplex, input: PassThrough, container: Created): void {
  connection.write(UPGRADED);
  input.resume();
  if ('service' in container)
    for (const line of container.service.log) connection.write(frame(1, Buffer.from(`${line}\n`)));
  connection.once('close', () => {
    if ('running' in container) container.running.kill().catch(() => undefined);
  });
}

function refuse(connection: Duplex, status: number, message: string): void {
  const body = JSON.stringify({ message });
  // The connection ends with it: a client that kept it would find it closed.
  const head = [
    `HTTP/1.1 ${String(status)} no`,
    'Connection: close',
    `Content-Length: ${String(Buffer.byteLength(body))}`,
  ];
  connection.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

function frame(stream: 1 | 2, data: Buffer): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt8(stream, 0);
  header.writeUInt32BE(data.length, 4);
  return Buffer.concat([header, data]);
}

async function run(connection: Duplex, exec: Exec): Promise<void> {
  const early: string[] = [];
  let upgraded = false;
  const print = (line: string): void => {
    if (!upgraded) early.push(line);
    else connection.write(frame(1, Buffer.from(`${line}\n`)));
  };
  const upgrade = (): void => {
    if (upgraded) return;
    upgraded = true;
    connection.write(UPGRADED);
    early.forEach(print);
  };
  const running = exec.container.run(exec.command, print);
  try {
    // What cannot be started is refused before anything else.
    const soon = await Promise.race([running, sleep(20, undefined)]);
    if (soon === NOT_STARTED && early.some((line) => line.includes('executable file not found'))) {
      refuse(connection, 400, `OCI runtime exec failed: ${early.join(' ')}`);
      return;
    }
    upgrade();
    exec.status = await running;
    connection.end();
  } catch (error) {
    const gone = error instanceof EngineError && error.containerGone;
    if (!gone) {
      connection.destroy();
      return;
    }
    exec.gone = true;
    upgrade();
    connection.end();
  }
}

async function talk(connection: Duplex, input: PassThrough, exec: Exec): Promise<void> {
  try {
    const { input: toIt, output } = await exec.container.talk(exec.command, () => undefined);
    connection.write(UPGRADED);
    input.pipe(toIt);
    for await (const chunk of output) connection.write(frame(1, chunk as Buffer));
    exec.status = 0;
    connection.end();
  } catch {
    connection.destroy();
  }
}
