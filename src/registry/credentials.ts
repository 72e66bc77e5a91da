import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { messageOf, systemErrorCode } from '../errors.js';
import { valueIn } from '../json.js';
import { lenient, lenientTable, TEXT } from './lenient.js';
import { DOCKER_HUB, type ImageReference } from './reference.js';

/** The key of Docker Hub's login in Docker's configuration. */
const DOCKER_HUB_KEY = 'https://index.docker.io/v1/';
const DOCKER_HUB_HOSTS = [DOCKER_HUB, 'index.docker.io', 'registry-1.docker.io'];
const HELPER_TIMEOUT = 20_000;
/** The user name that marks a helper's secret as an identity token. */
const TOKEN_USER = '<token>';

/** A login in the file itself. */
const LOGIN = v.object({
  identitytoken: lenient(TEXT),
  /** `USER:PASSWORD` in Base64. */
  auth: lenient(TEXT),
  username: lenient(TEXT),
  password: lenient(v.string()),
});

/** What counts here of `config.json`, by hosts. */
const CONFIG = v.object({
  auths: lenientTable(LOGIN),
  /** An empty name says that the login is in the file. */
  credHelpers: lenientTable(v.string()),
  credsStore: lenient(TEXT),
});
type Config = v.InferOutput<typeof CONFIG>;

/** Runs `docker-credential-NAME get`: see github.com/docker/docker-credential-helpers. */
const HELPED = v.object({ Username: v.string(), Secret: v.string() });

/** A login at a registry. */
export type Credentials =
  | { readonly kind: 'password'; readonly username: string; readonly password: string }
  | { readonly kind: 'identity-token'; readonly token: string };

export interface CredentialOptions {
  /** `DOCKER_CONFIG`, `HOME` and, for the helpers, `PATH` are read from it. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  /** Receives problems of the configuration. They are not errors: a public image needs no login. */
  readonly onWarning: (line: string) => void;
}

/** The engine API's `X-Registry-Auth`, dockerode's `authconfig`. */
export type EngineAuth =
  | { readonly username: string; readonly password: string; readonly serveraddress: string }
  | { readonly identitytoken: string; readonly serveraddress: string };

/**
 * The login that `docker login` stored for the registry of an image: from the helper that the configuration names for
 * that host, else from its credential store, else from the file itself. Undefined where there is none.
 */
export async function credentialsFor(
  { host }: ImageReference,
  options: CredentialOptions,
): Promise<Credentials | undefined> {
  const config = await readConfig(options);
  const helper = entryForHost(config.credHelpers, host) ?? config.credsStore;
  if (helper !== undefined && helper !== '') {
    const found = await credentialsFromHelper(helper, serverAddress(host), options);
    if (found) return found;
  }
  const login = entryForHost(config.auths, host);
  return login && credentialsInConfig(login);
}

/** The same login as the engine's API takes it. */
export function engineAuth(credentials: Credentials, { host }: ImageReference): EngineAuth {
  const serveraddress = serverAddress(host);
  if (credentials.kind === 'identity-token') return { identitytoken: credentials.token, serveraddress };
  return { username: credentials.username, password: credentials.password, serveraddress };
}

async function readConfig(options: CredentialOptions): Promise<Config> {
  const directory = nonEmpty(options.env.DOCKER_CONFIG) ?? join(nonEmpty(options.env.HOME) ?? homedir(), '.docker');
  const path = join(directory, 'config.json');
  try {
    return v.parse(CONFIG, JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT') {
      options.onWarning(`the Docker configuration ${path} was not read: ${messageOf(error)}`);
    }
    return { auths: {}, credHelpers: {}, credsStore: undefined };
  }
}

/** An empty variable counts as unset. */
function nonEmpty(variable: string | undefined): string | undefined {
  return variable === '' ? undefined : variable;
}

/** The value for a host. Its key is the bare host or, from older versions of Docker, a URL. */
function entryForHost<T>(table: Readonly<Record<string, T>>, host: string): T | undefined {
  const hosts = host === DOCKER_HUB ? DOCKER_HUB_HOSTS : [host];
  const keys = Object.keys(table);
  const exact = keys.find((key) => key === host);
  const key = exact ?? keys.find((each) => hosts.includes(hostOf(each)));
  return key === undefined ? undefined : table[key];
}

function hostOf(key: string): string {
  return key.replace(/^https?:\/\//, '').replace(/\/.*$/, '');
}

function serverAddress(host: string): string {
  return host === DOCKER_HUB ? DOCKER_HUB_KEY : host;
}

function credentialsInConfig({
  identitytoken,
  auth,
  username,
  password,
}: v.InferOutput<typeof LOGIN>): Credentials | undefined {
  if (identitytoken !== undefined) return { kind: 'identity-token', token: identitytoken };
  if (auth !== undefined) {
    const text = Buffer.from(auth, 'base64').toString('utf8');
    const colon = text.indexOf(':');
    if (colon < 1) return undefined;
    // Docker pads the password with NUL bytes.
    return {
      kind: 'password',
      username: text.slice(0, colon),
      password: text.slice(colon + 1).replace(/\0+$/, ''),
    };
  }
  if (username === undefined || password === undefined) return undefined;
  return { kind: 'password', username, password };
}

async function credentialsFromHelper(
  name: string,
  address: string,
  options: CredentialOptions,
): Promise<Credentials | undefined> {
  if (!/^[\w.-]+$/.test(name)) {
    options.onWarning(`the Docker configuration names a credential helper '${name}', which is not a program name`);
    return undefined;
  }
  try {
    const answer = valueIn(HELPED, await runHelper(name, address, options));
    // Not what it answered: that may be a secret.
    if (!answer) throw new Error('it answered something else than a login');
    const { Username: username, Secret: secret } = answer;
    if (secret === '') return undefined;
    if (username === TOKEN_USER) return { kind: 'identity-token', token: secret };
    return { kind: 'password', username, password: secret };
  } catch (error) {
    options.signal.throwIfAborted();
    // Every helper reports a host that it has no credentials for with these words.
    if (!/credentials not found/i.test(messageOf(error))) {
      options.onWarning(`the credential helper docker-credential-${name} failed: ${messageOf(error)}`);
    }
    return undefined;
  }
}

function runHelper(name: string, address: string, { env, signal }: CredentialOptions): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      `docker-credential-${name}`,
      ['get'],
      { env: { ...env }, signal, timeout: HELPER_TIMEOUT },
      (error, stdout, stderr) => {
        if (!error) resolve(stdout);
        // On failure, standard output has the error message; only on success does it have the secret.
        else reject(new Error(`${stdout}${stderr}`.trim() || (systemErrorCode(error) ?? 'no answer')));
      },
    );
    // EPIPE of a helper that exits without reading: its exit status is reported above.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(address);
  });
}
