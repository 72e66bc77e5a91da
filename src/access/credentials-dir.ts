import { randomUUID } from 'node:crypto';
import type { RunningContainer } from '../engine/container.js';
import { MixReleaseError } from '../errors.js';
import { forwardAgent } from './agent.js';

/** What a command is given to reach private places, and where in the container. */
export interface AccessSpec {
  readonly container: RunningContainer;
  /** Tasks of Hex to run before, each with its arguments. */
  readonly hexTasks: readonly (readonly string[])[];
  /** Lines in the format of git's credential store. */
  readonly gitCredentials: readonly string[];
  /** Path of an SSH agent's socket here. */
  readonly sshAgent: string | undefined;
  /** Lines of a known_hosts file. */
  readonly knownHosts: readonly string[];
  /** Directory of Hex that is kept: its packages are used, and nothing is written into its configuration. */
  readonly hexHome: string;
  readonly env: Readonly<Record<string, string>>;
  readonly onLine: (line: string) => void;
}

/** Access that is open until the end of the scope. */
export interface Access extends AsyncDisposable {
  /** The variables of the command that has access. */
  readonly env: Readonly<Record<string, string>>;
}

// Memory, never a disk: it is part of no image, no volume and no layer of the container.
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
 * Opens what was given: a directory in the container's memory with the configuration of Hex and git, and a way to the
 * SSH agent. All of it is gone at the end of the scope.
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
  const sh = async (script: string, more: Readonly<Record<string, string>> = {}): Promise<void> => {
    const argv = ['sh', '-c', script, 'access', directory, hexHome];
    const status = await container.run({ title: 'access', argv, env: { ...env, ...more } }, onLine);
    if (status !== 0) throw noPlace(status);
  };
  scope.defer(() => sh('rm -rf -- "$1"'));
  await sh(MAKE, files);
  const agent = `${directory}/agent`;
  if (sshAgent !== undefined) {
    scope.use(await forwardAgent({ container, socket: sshAgent, path: agent, env, onLine }));
  }
  const ssh = `ssh -F /dev/null -o BatchMode=yes -o StrictHostKeyChecking=yes -o UserKnownHostsFile=${directory}/known_hosts`;
  const kept = scope.move();
  return {
    env: {
      ...(sshAgent === undefined ? {} : { SSH_AUTH_SOCK: agent, GIT_SSH_COMMAND: ssh }),
      ...env,
      HEX_HOME: `${directory}/hex`,
      XDG_CONFIG_HOME: directory,
      GIT_TERMINAL_PROMPT: '0',
      MIX_RELEASE_HEX_AUTH: hexTasks.map((task) => task.map(base64).join(' ')).join('\n'),
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

function gitConfig(directory: string, { gitCredentials, sshAgent }: AccessSpec): string {
  if (gitCredentials.length === 0) return '';
  const helper = ['[credential]', `\thelper = store --file=${directory}/credentials`];
  // With an agent, addresses of SSH are what they say.
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

function noPlace(status: number): MixReleaseError {
  return new MixReleaseError('deps-failed', {
    what: `no place for credentials could be made in the container (exit status ${String(status)})`,
    next: `Read what was printed above: ${MEMORY} has to be there, and the build's user has to be allowed to write to it.`,
  });
}
