import { randomUUID } from 'node:crypto';
import type { RunningContainer } from '../engine/container.js';
import { MixReleaseError } from '../errors.js';
import { forwardAgent } from './agent.js';

/** The credentials for a command, and the container that it runs in. */
export interface AccessSpec {
  readonly container: RunningContainer;
  /** Hex tasks to run first, each with its arguments. */
  readonly hexTasks: readonly (readonly string[])[];
  /** Lines in the format of git's credential store. */
  readonly gitCredentials: readonly string[];
  /** Path of an SSH agent's socket on this machine. */
  readonly sshAgent: string | undefined;
  /** Lines of a known_hosts file. */
  readonly knownHosts: readonly string[];
  /** Hex's directory in the build cache: its packages are used, but its configuration is not written. */
  readonly hexHome: string;
  readonly env: Readonly<Record<string, string>>;
  readonly onLine: (line: string) => void;
}

/** Credentials that are available until the end of the scope. */
export interface Access extends AsyncDisposable {
  /** The environment variables of the command. */
  readonly env: Readonly<Record<string, string>>;
}

// In memory, not on disk: it is not part of an image, a volume or a container layer.
const MEMORY = '/dev/shm';

const MAKE = `
set -eu
directory=$1 kept=$2
mkdir -p "$kept/packages"
umask 077
mkdir "$directory" "$directory/hex" "$directory/git"
ln -s "$kept/packages" "$directory/hex/packages"
ln -s "$kept/cache.ets" "$directory/hex/cache.ets"
[ ! -f "$kept/hex.config" ] || cp "$kept/hex.config" "$directory/hex/hex.config"
printf %s "$MIX_RELEASE_GIT_CONFIG" >"$directory/git/config"
printf %s "$MIX_RELEASE_GIT_CREDENTIALS" >"$directory/credentials"
printf %s "$MIX_RELEASE_KNOWN_HOSTS" >"$directory/known_hosts"
`;

/**
 * Provides the credentials: a directory in the container's memory with the configuration of Hex and Git, and a relay to
 * the SSH agent. All of it is removed at the end of the scope.
 *
 * @throws MixReleaseError `deps-failed` or `ssh-agent-failed`
 */
export async function openAccess(spec: AccessSpec): Promise<Access> {
  const { container, sshAgent, knownHosts, gitCredentials, hexTasks, hexHome, env, onLine } = spec;
  const directory = `${MEMORY}/mix-release-${randomUUID()}`;
  const files = {
    MIX_RELEASE_GIT_CONFIG: gitConfig(directory, spec),
    MIX_RELEASE_GIT_CREDENTIALS: lines(gitCredentials),
    MIX_RELEASE_KNOWN_HOSTS: lines(knownHosts),
  };
  await using scope = new AsyncDisposableStack();
  const sh = async (script: string, variables: Readonly<Record<string, string>> = {}): Promise<void> => {
    const argv = ['sh', '-c', script, 'access', directory, hexHome];
    const status = await container.run({ title: 'access', argv, env: { ...env, ...variables } }, onLine);
    if (status !== 0) throw directoryFailed(status);
  };
  scope.defer(() => sh('rm -rf -- "$1"'));
  await sh(MAKE, files);
  const agent = `${directory}/agent`;
  if (sshAgent !== undefined) {
    scope.use(await forwardAgent({ container, socket: sshAgent, path: agent, env, onLine }));
  }
  const ssh = `ssh -F /dev/null -o BatchMode=yes -o StrictHostKeyChecking=yes -o UserKnownHostsFile=${directory}/known_hosts`;
  const resources = scope.move();
  return {
    env: {
      ...(sshAgent === undefined ? {} : { SSH_AUTH_SOCK: agent, GIT_SSH_COMMAND: ssh }),
      ...env,
      HEX_HOME: `${directory}/hex`,
      XDG_CONFIG_HOME: directory,
      GIT_TERMINAL_PROMPT: '0',
      MIX_RELEASE_HEX_AUTH: hexTasks.map((task) => task.map(base64).join(' ')).join('\n'),
    },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

function gitConfig(directory: string, { gitCredentials, sshAgent }: AccessSpec): string {
  if (gitCredentials.length === 0) return '';
  const helper = ['[credential]', `\thelper = store --file=${directory}/credentials`];
  // With an agent, SSH addresses are not rewritten.
  const hosts = sshAgent === undefined ? gitCredentials.map((line) => new URL(line)) : [];
  const rewritten = hosts.flatMap(({ protocol, host, hostname }) => [
    `[url "${protocol}//${host}/"]`,
    `\tinsteadOf = git@${hostname}:`,
    `\tinsteadOf = ssh://git@${hostname}/`,
  ]);
  return lines([...helper, ...rewritten]);
}

const lines = (texts: readonly string[]): string => texts.map((text) => `${text}\n`).join('');
const base64 = (text: string): string => Buffer.from(text).toString('base64');

function directoryFailed(status: number): MixReleaseError {
  return new MixReleaseError('deps-failed', {
    what: `the directory for credentials could not be created in the container (exit status ${String(status)})`,
    next: `See the output above: ${MEMORY} must exist, and the build's user must be able to write to it.`,
  });
}
