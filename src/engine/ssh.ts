import { spawn } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Address } from './address.js';

/** A way to an engine over SSH. */
export interface Tunnel extends AsyncDisposable {
  /** Socket on this machine: each connection to it is one to the engine. */
  readonly socket: string;
  /** The last that `ssh` printed as an error, for a connection that did not come about. */
  readonly lastError: () => string;
}

/** What `ssh` is called with: the same that the `docker` command does. */
export function sshArguments({ user, host, port }: Extract<Address, { kind: 'ssh' }>): readonly string[] {
  const login = user === '' ? [] : ['-l', user];
  const at = port === '' ? [] : ['-p', port];
  // Nobody is there to type a password.
  const options = ['-o', 'ConnectTimeout=30', '-o', 'BatchMode=yes', '-T'];
  return [...login, ...at, ...options, '--', host, 'docker', 'system', 'dial-stdio'];
}

/**
 * Opens a way to an engine by the machine's own `ssh`, so that its settings, keys and known hosts count. Each connection
 * is an `ssh` of its own, which ends with it, and with this program.
 *
 * @param env - the environment of `ssh`
 */
export async function openTunnel(
  address: Extract<Address, { kind: 'ssh' }>,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Tunnel> {
  const directory = await mkdtemp(path.join(tmpdir(), 'mix-release-ssh-'));
  const socket = path.join(directory, 'engine.sock');
  const removeDirectory = (): void => rmSync(directory, { recursive: true, force: true });
  process.once('exit', removeDirectory);
  const connections = new Set<Socket>();
  let lastError = '';
  const server = createServer({ allowHalfOpen: true }, (connection) => {
    connections.add(connection.once('close', () => connections.delete(connection)));
    carry(connection, sshArguments(address), env, (text) => {
      lastError = text;
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(socket, resolve);
  });
  // The requests keep this program running, not the way that they take.
  server.unref();
  const close = (): Promise<void> => {
    server.close();
    for (const connection of connections) connection.destroy();
    process.off('exit', removeDirectory);
    removeDirectory();
    return Promise.resolve();
  };
  return { socket, lastError: () => lastError, [Symbol.asyncDispose]: close };
}

function carry(
  connection: Socket,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  say: (text: string) => void,
): void {
  const child = spawn('ssh', args, { env: { ...env }, stdio: ['pipe', 'pipe', 'pipe'] });
  const end = (): void => {
    connection.destroy();
    child.kill();
  };
  child.once('error', (error) => {
    say(error.message);
    end();
  });
  child.stderr.on('data', (chunk: Buffer) => say(chunk.toString().trim()));
  // A side that is gone breaks the other's writes: that ends the connection, and says nothing new.
  for (const side of [child.stdin, child.stdout, connection]) side.once('error', end);
  connection.once('close', end);
  child.stdout.pipe(connection);
  connection.pipe(child.stdin);
  for (const side of [child, connection, child.stdin, child.stdout, child.stderr]) {
    if ('unref' in side && typeof side.unref === 'function') (side as { unref(): void }).unref();
  }
}
