import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { createServer, connect, type AddressInfo } from 'node:net';
import path from 'node:path';
import { git } from '../../support/checkout.js';
import { docker } from '../../support/engine.js';
import { hostAddress } from '../../support/host-address.js';
import { until } from '../rig/host.js';

const AUTHOR = ['-c', 'user.name=Test', '-c', 'user.email=test@example.com'];

/** A bare repository with two commits of a Mix project. */
export interface GitRepository {
  /** The commit that the tag `v1.0.0` names. */
  readonly tagged: string;
}

/**
 * Makes a bare repository: the first commit of a project has the tag `v1.0.0`, the second is on `main`.
 *
 * @param bare - directory to make it in; its files can be served as they are
 */
export async function makeGitRepository(project: string, bare: string): Promise<GitRepository> {
  const work = `${bare}.work`;
  await cp(project, work, { recursive: true });
  await git(work, 'init', '--quiet', '--initial-branch', 'main');
  await git(work, 'add', '--all');
  await git(work, ...AUTHOR, 'commit', '--quiet', '-m', 'First');
  await git(work, 'tag', 'v1.0.0');
  await writeFile(path.join(work, 'lib/moved_on.ex'), 'defmodule MovedOn do\nend\n');
  await git(work, 'add', '--all');
  await git(work, ...AUTHOR, 'commit', '--quiet', '-m', 'Second');
  await mkdir(path.dirname(bare), { recursive: true });
  await git(work, 'clone', '--quiet', '--bare', work, bare);
  await git(bare, 'update-server-info');
  return { tagged: await git(work, 'rev-parse', 'v1.0.0') };
}

/** A git daemon that containers reach. */
export interface GitDaemon extends AsyncDisposable {
  /** Such as `git://172.18.0.1:9418`. */
  readonly url: string;
}

/** Serves all bare repositories below a directory over git's own protocol. */
export async function startGitDaemon(directory: string): Promise<GitDaemon> {
  const host = await hostAddress(docker);
  const port = await freePort(host);
  const listening = [`--listen=${host}`, `--port=${String(port)}`, '--reuseaddr'];
  const daemon = spawn('git', ['daemon', ...listening, `--base-path=${directory}`, '--export-all', directory], {
    stdio: 'ignore',
  });
  const ended = once(daemon, 'exit');
  await until(() => answers(host, port), 'answer of git daemon', 10);
  return {
    url: `git://${host}:${String(port)}`,
    [Symbol.asyncDispose]: async () => {
      daemon.kill();
      await ended;
    },
  };
}

async function freePort(host: string): Promise<number> {
  const server = createServer().listen(0, host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

function answers(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
