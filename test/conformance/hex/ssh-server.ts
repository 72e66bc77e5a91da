import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { create } from 'tar';
import { docker, runtimeWith } from '../../support/engine.js';
import { until } from '../rig/host.js';

const run = promisify(execFile);

/** An SSH server with a git repository, and an agent that holds the key to it. */
export interface SshServer extends AsyncDisposable {
  /** Such as `ssh://git@172.17.0.5/srv/git/brook.git`. */
  readonly url: string;
  /** Line of a known_hosts file. */
  readonly knownHost: string;
  /** Socket of the agent on this machine. */
  readonly agent: string;
  /** The private key that the agent holds, without its first and last line. */
  readonly privateKey: string;
}

const IMAGE = 'debian:trixie-slim';
const SETUP = `
set -eu
useradd --create-home --shell /bin/sh git
mkdir -p /run/sshd
cp /keys/host /etc/ssh/host && chmod 600 /etc/ssh/host
cp /keys/user.pub /etc/ssh/authorized && chmod 644 /etc/ssh/authorized
chown -R git /srv/git
exec /usr/sbin/sshd -D -e -h /etc/ssh/host -o AuthorizedKeysFile=/etc/ssh/authorized -o PasswordAuthentication=no
`;

/**
 * Starts OpenSSH's server in a container, and OpenSSH's agent on this machine.
 *
 * @param bare - a bare repository
 * @param directory - made, and used until the end
 */
export async function startSshServer(bare: string, directory: string): Promise<SshServer> {
  await using scope = new AsyncDisposableStack();
  const keys = path.join(directory, 'keys');
  await mkdir(keys, { recursive: true });
  for (const name of ['host', 'user']) {
    await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', path.join(keys, name)]);
  }
  const image = await runtimeWith(IMAGE, 'openssh-server', 'git');
  const container = await docker.createContainer({
    Image: image,
    Entrypoint: ['sh', '-c', SETUP],
    Cmd: [],
    HostConfig: { Init: true, AutoRemove: true },
  });
  scope.defer(async () => {
    await container.remove({ force: true });
  });
  const put = (cwd: string, prefix: string, name: string): Promise<unknown> =>
    container.putArchive(create({ cwd, prefix, portable: true }, [name]) as unknown as NodeJS.ReadableStream, {
      path: '/',
    });
  await put(keys, 'keys', '.');
  await put(path.dirname(bare), 'srv/git', path.basename(bare));
  await container.start();
  const { NetworkSettings } = await container.inspect();
  const { IPAddress = '' } = NetworkSettings.Networks.bridge ?? {};

  const agent = path.join(directory, 'agent');
  const process = spawn('ssh-agent', ['-D', '-a', agent], { stdio: 'ignore' });
  const ended = once(process, 'exit');
  scope.defer(async () => {
    process.kill();
    await ended;
  });
  const env = { PATH: globalThis.process.env.PATH ?? '', SSH_AUTH_SOCK: agent };
  const adds = (): Promise<boolean> =>
    run('ssh-add', ['-q', path.join(keys, 'user')], { env }).then(
      () => true,
      () => false,
    );
  await until(adds, 'agent that takes the key', 20);
  await until(() => listens(container), 'SSH server', 60);

  const [type = '', key = ''] = (await readFile(path.join(keys, 'host.pub'), 'utf8')).split(' ');
  const privateKey = await readFile(path.join(keys, 'user'), 'utf8');
  const kept = scope.move();
  return {
    url: `ssh://git@${IPAddress}/srv/git/${path.basename(bare)}`,
    knownHost: `${IPAddress} ${type} ${key}`,
    agent,
    privateKey: privateKey.split('\n')[1] ?? '',
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

/** Port 22 is 0016 in the kernel's table; state 0A is that of a port that is listened at. */
async function listens(container: ReturnType<typeof docker.getContainer>): Promise<boolean> {
  const exec = await container.exec({ Cmd: ['grep', '-qi', ':0016 .* 0A ', '/proc/net/tcp'], AttachStdout: true });
  const stream = await exec.start({ hijack: true, stdin: false });
  stream.resume();
  await once(stream, 'close');
  return (await exec.inspect()).ExitCode === 0;
}
