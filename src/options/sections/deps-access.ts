import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { MixReleaseError } from '../../errors.js';
import { parseEnv } from '../parse.js';
import { readOption } from '../read.js';
import type { RawOptions } from '../table.js';

/** What `mix deps.get` alone is given, so that it reaches private places. */
export interface DepsAccess {
  readonly env: Readonly<Record<string, string>>;
  /** Tasks of Hex to run before, each with its arguments. */
  readonly hexTasks: readonly (readonly string[])[];
  /** Lines in the format of git's credential store. */
  readonly gitCredentials: readonly string[];
  /** Path of the socket of an SSH agent here. */
  readonly sshAgent: string | undefined;
  /** Lines of a known_hosts file. */
  readonly knownHosts: readonly string[];
  /** What may not be seen in a log. */
  readonly secrets: readonly string[];
}

type Surroundings = Readonly<Record<string, string | undefined>>;

/**
 * @returns undefined where nothing of it was asked for
 * @throws MixReleaseError `bad-option`, without a secret in its text
 */
export async function readDepsAccess(raw: RawOptions, surroundings: Surroundings): Promise<DepsAccess | undefined> {
  const env = parseEnv('deps-env', raw['deps-env'], surroundings);
  const organizations = readOption('hex-organizations', raw).map(parseOrganization);
  requireOneKeyEach(organizations);
  const repositories = readOption('hex-repositories', raw).map(parseRepository);
  const credentials = readOption('git-credentials', raw).map(parseCredentials);
  const agent = await parseAgent(readOption('ssh-agent', raw), surroundings);
  const knownHosts = readOption('ssh-known-hosts', raw);
  if (agent === undefined && knownHosts.length > 0) {
    throw bad('ssh-known-hosts is given without ssh-agent', 'Set ssh-agent to true as well, or leave it out.');
  }
  const given = [Object.keys(env), organizations, repositories, credentials];
  if (agent === undefined && given.every(({ length }) => length === 0)) return undefined;
  return {
    env,
    hexTasks: [...organizations, ...repositories].map(({ task }) => task),
    gitCredentials: credentials.map(({ line }) => line),
    sshAgent: agent,
    knownHosts: agent === undefined || knownHosts.length > 0 ? knownHosts : await ownKnownHosts(surroundings),
    secrets: [
      ...Object.values(env),
      ...[...organizations, ...repositories].flatMap(({ secret }) => secret ?? []),
      ...credentials.map(({ secret }) => secret),
    ].filter((secret) => secret.trim().length >= SHORTEST),
  };
}

/** Characters that a value has to have to be hidden: a log without every 1 says nothing. */
const SHORTEST = 4;

interface HexTask {
  readonly task: readonly string[];
  readonly secret: string | undefined;
}

function parseOrganization(line: string): HexTask {
  const [, name, key] = /^([a-z0-9][a-z0-9_.-]*)\s*=\s*(\S+)$/.exec(line) ?? [];
  if (name === undefined || key === undefined) {
    throw bad(
      'hex-organizations has a line that is not NAME=KEY',
      'Make a key by `mix hex.organization key NAME generate`.',
    );
  }
  return { task: ['hex.organization', 'auth', name, '--key', key], secret: key };
}

/** Only one of two keys for an organization would be used. */
function requireOneKeyEach(organizations: readonly HexTask[]): void {
  const nameOf = ({ task }: HexTask): string => task[2] ?? '';
  const keys = new Map(organizations.map((each) => [nameOf(each), each.secret]));
  const other = organizations.find((each) => keys.get(nameOf(each)) !== each.secret);
  if (other) throw bad(`hex-organizations has two keys for ${nameOf(other)}`, 'Give each organization one key.');
}

/** Options of `mix hex.repo add`, all with a value. */
const OF_REPOSITORY = ['--public-key', '--fetch-public-key', '--auth-key'];

function parseRepository(line: string): HexTask {
  const [name = '', url = '', ...more] = line.split(/\s+/).flatMap((word) => splitOption(word));
  const next =
    'Write NAME URL, and then what it needs of --fetch-public-key SHA256:..., --public-key FILE and --auth-key KEY.';
  if (!/^[a-z0-9][a-z0-9_.-]*$/.test(name) || !/^https?:\/\/[^\s@]+$/.test(url)) {
    throw bad('hex-repositories has a line that does not begin with NAME URL', next);
  }
  const names = more.filter((_, at) => at % 2 === 0);
  if (more.length % 2 !== 0 || names.some((option) => !OF_REPOSITORY.includes(option))) {
    throw bad(`hex-repositories has something after the URL of ${name} that is no option with its value`, next);
  }
  const keyAt = more.indexOf('--auth-key');
  return { task: ['hex.repo', 'add', name, url, ...more], secret: keyAt === -1 ? undefined : more[keyAt + 1] };
}

function splitOption(word: string): readonly string[] {
  const at = word.startsWith('--') ? word.indexOf('=') : -1;
  return at === -1 ? [word] : [word.slice(0, at), word.slice(at + 1)];
}

function parseCredentials(line: string): { readonly line: string; readonly secret: string } {
  const url = URL.canParse(line) ? new URL(line) : undefined;
  const bare = url && ['', '/'].includes(url.pathname) && url.search === '' && url.hash === '';
  if (!bare || !['http:', 'https:'].includes(url.protocol) || url.username === '' || url.password === '') {
    throw bad(
      'git-credentials has a line that is not https://USER:TOKEN@HOST',
      'GitHub takes x-access-token for the user, GitLab oauth2. Signs such as @ and / in a token are written as %40 and %2F.',
    );
  }
  return {
    line: `${url.protocol}//${url.username}:${url.password}@${url.host}`,
    secret: decodeURIComponent(url.password),
  };
}

async function parseAgent(wanted: boolean, { SSH_AUTH_SOCK }: Surroundings): Promise<string | undefined> {
  if (!wanted) return undefined;
  const next =
    'Start an agent and add the key before (`eval "$(ssh-agent)"`, `ssh-add`); in a workflow, an action for SSH agents does both.';
  if (SSH_AUTH_SOCK === undefined || SSH_AUTH_SOCK === '')
    throw bad('ssh-agent is set, and SSH_AUTH_SOCK is not', next);
  const found = await stat(SSH_AUTH_SOCK).catch(() => undefined);
  if (found?.isSocket()) return SSH_AUTH_SOCK;
  throw bad(`ssh-agent is set, and SSH_AUTH_SOCK names ${SSH_AUTH_SOCK}, which is no socket`, next);
}

/** The keys of hosts that this user has accepted; none where there is no such file. */
async function ownKnownHosts({ HOME }: Surroundings): Promise<readonly string[]> {
  if (HOME === undefined) return [];
  const text = await readFile(path.join(HOME, '.ssh/known_hosts'), 'utf8').catch(() => '');
  return text.split(/\r?\n/).filter((line) => line.trim() !== '');
}

function bad(what: string, next: string): MixReleaseError {
  return new MixReleaseError('bad-option', { what, next });
}
