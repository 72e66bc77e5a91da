import { createHash } from 'node:crypto';
import { access, readFile } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { parseJson, valueIn } from '../json.js';
import { MixReleaseError, messageOf, systemErrorCode } from '../errors.js';

/** Keys and certificates of a connection, as PEM. */
export interface Tls {
  readonly ca: Buffer;
  readonly cert: Buffer;
  readonly key: Buffer;
}

/** Where an engine answers. */
export type Address =
  | { readonly kind: 'socket'; readonly path: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number; readonly tls: Tls | undefined }
  | { readonly kind: 'ssh'; readonly user: string; readonly host: string; readonly port: string };

/** An address, and what it is called in messages. */
export interface FoundAddress {
  readonly address: Address;
  readonly text: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The engine that the `docker` command would use: `DOCKER_HOST`, else the context that `DOCKER_CONTEXT` or
 * `docker context use` chose, else the local socket.
 *
 * @param home - the user's home directory
 * @throws MixReleaseError `engine-unreachable`
 */
export async function engineAddress(env: Environment, home: string): Promise<FoundAddress> {
  const config = set(env.DOCKER_CONFIG) ?? path.join(home, '.docker');
  if (env.DOCKER_HOST) return named(env.DOCKER_HOST, () => environmentTls(env, config));
  const context = set(env.DOCKER_CONTEXT) ?? (await currentContext(config));
  if (context !== undefined && context !== 'default') return contextAddress(context, config);
  return local(await localSocket(home));
}

/** An empty variable is as good as none. */
const set = (value: string | undefined): string | undefined => (value === '' ? undefined : value);

function local(socket: string): FoundAddress {
  return { address: { kind: 'socket', path: socket }, text: `unix://${socket}` };
}

/** Docker Desktop's own socket where there is one, else the system's. */
async function localSocket(home: string): Promise<string> {
  const desktop = path.join(home, '.docker/run/docker.sock');
  return access(desktop).then(
    () => desktop,
    () => '/var/run/docker.sock',
  );
}

/** An address as `docker --host` takes it. `tls` is asked for keys only where the address is one of TCP. */
async function named(text: string, tls: (port: string) => Promise<Tls | undefined>): Promise<FoundAddress> {
  if (text.startsWith('unix://')) {
    const socket = text.slice('unix://'.length);
    return local(socket === '' ? '/var/run/docker.sock' : socket);
  }
  const url = parsed(text);
  if (url.protocol === 'ssh:') {
    const address = {
      kind: 'ssh',
      user: decodeURIComponent(url.username),
      host: bare(url.hostname),
      port: url.port,
    } as const;
    if (address.host.startsWith('-')) throw unusable(text, 'its host begins with a hyphen');
    return { address, text };
  }
  if (url.protocol !== 'tcp:') throw unusable(text, 'an engine is reached by unix://, tcp:// or ssh://');
  const keys = await tls(url.port);
  const port = url.port === '' ? (keys ? 2376 : 2375) : Number(url.port);
  return { address: { kind: 'tcp', host: bare(url.hostname), port, tls: keys }, text };
}

/** A host without the brackets that an IPv6 address has in a URL. */
const bare = (hostname: string): string => hostname.replace(/^\[(.*)\]$/, '$1');

function parsed(text: string): URL {
  try {
    const url = new URL(text.includes('://') ? text : `tcp://${text}`);
    if (url.hostname !== '' || url.protocol === 'npipe:') return url;
  } catch {
    // Said below.
  }
  throw unusable(text, 'it names no host');
}

async function environmentTls(env: Environment, config: string): Promise<Tls | undefined> {
  // The directory alone switches nothing on, as with the docker command.
  if (!env.DOCKER_TLS_VERIFY) return undefined;
  return readTls(set(env.DOCKER_CERT_PATH) ?? config);
}

async function readTls(directory: string): Promise<Tls> {
  const read = async (name: string): Promise<Buffer> => {
    try {
      return await readFile(path.join(directory, name));
    } catch (error) {
      throw notFound(
        `the engine's keys cannot be read: ${messageOf(error)}`,
        'Put ca.pem, cert.pem and key.pem into the directory that DOCKER_CERT_PATH names.',
        error,
      );
    }
  };
  // One after the other, so that the first one that is missing is the one that is named.
  return { ca: await read('ca.pem'), cert: await read('cert.pem'), key: await read('key.pem') };
}

/** Docker's `config.json`, as far as it is read here. */
const CONFIG = v.object({ currentContext: v.optional(v.string()) });
/** The `meta.json` of a context, as far as it is read here. */
const CONTEXT = v.object({
  Endpoints: v.optional(v.object({ docker: v.optional(v.object({ Host: v.optional(v.string()) })) })),
});

/** The context that `docker context use` chose; undefined for none. */
async function currentContext(config: string): Promise<string | undefined> {
  let text: string;
  try {
    text = await readFile(path.join(config, 'config.json'), 'utf8');
  } catch {
    // Without a file that can be read, no context is chosen.
    return undefined;
  }
  // Nor in a file that is not Docker's.
  const chosen = valueIn(CONFIG, text)?.currentContext;
  return chosen === '' ? undefined : chosen;
}

/**
 * The endpoint of a context, from the files in which the `docker` command keeps them: named by a hash of their name.
 */
async function contextAddress(context: string, config: string): Promise<FoundAddress> {
  const id = createHash('sha256').update(context).digest('hex');
  const unreadable = (why: string, cause?: unknown): MixReleaseError =>
    notFound(
      `the Docker context '${context}' cannot be read: ${why}`,
      'See docker context ls; choose one by DOCKER_CONTEXT or docker context use, or set DOCKER_HOST.',
      cause,
    );
  let text: string;
  try {
    text = await readFile(path.join(config, 'contexts/meta', id, 'meta.json'), 'utf8');
  } catch (error) {
    throw unreadable(messageOf(error), error);
  }
  const meta = parseJson(CONTEXT, text);
  if (!('value' in meta)) throw unreadable(meta.why);
  const host = meta.value.Endpoints?.docker?.Host ?? '';
  if (host === '') {
    throw notFound(
      `the Docker context '${context}' has no Docker endpoint`,
      'Choose another by DOCKER_CONTEXT or docker context use, or set DOCKER_HOST.',
    );
  }
  const keys = path.join(config, 'contexts/tls', id, 'docker');
  const found = await named(host, async () => ((await exists(keys)) ? readTls(keys) : undefined));
  return { ...found, text: `${found.text} (Docker context ${context})` };
}

async function exists(place: string): Promise<boolean> {
  try {
    await access(place);
    return true;
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return false;
    throw error;
  }
}

function unusable(text: string, why: string): MixReleaseError {
  return notFound(
    `the engine's address '${text}' cannot be used: ${why}`,
    'Set DOCKER_HOST to an address such as unix:///var/run/docker.sock, tcp://host:2376 or ssh://user@host.',
  );
}

function notFound(what: string, next: string, cause?: unknown): MixReleaseError {
  return new MixReleaseError('engine-unreachable', { what, next, cause });
}
