import { MixReleaseError } from '../errors.js';

/** Docker Hub's host in image references; its registry answers at another host. */
export const DOCKER_HUB = 'docker.io';
const DOCKER_HUB_ALIAS = 'index.docker.io';
const DOCKER_HUB_REGISTRY = 'registry-1.docker.io';
const OFFICIAL = 'library/';

/** The name of an image: `[host[:port]/]path[:tag][@sha256:…]`. */
export interface ImageReference {
  /** `docker.io`, `registry.example:5000`, `[::1]:5000`. */
  readonly host: string;
  /** Repository within the host, `library/` included: `library/elixir`, `hexpm/elixir`. */
  readonly path: string;
  readonly tag?: string;
  /** `sha256:` and 64 hexadecimal digits. */
  readonly digest?: string;
}

// The grammar of github.com/distribution/reference, with sha256 as the only digest.
const HOST =
  /^(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*|\[[0-9A-Fa-f:]+\])(?::\d{1,5})?$/;
const COMPONENT = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const PATH = new RegExp(`^${COMPONENT}(?:/${COMPONENT})*$`);
const TAG = /^\w[\w.-]{0,127}$/;
const DIGEST = /^sha256:[0-9a-f]{64}$/;
const MAX_NAME = 255;

/**
 * The parts of an image's name, with Docker Hub and `library/` as defaults.
 *
 * @throws MixReleaseError `bad-option`, naming the part that is wrong
 */
export function parseReference(text: string): ImageReference {
  const [named, digest, ...rest] = text.split('@');
  if (named === undefined || rest.length > 0) throw badReference(text, "it has more than one '@'");
  if (digest !== undefined && !isDigest(digest)) {
    throw badReference(text, `its digest '${digest}' is not sha256: and 64 hexadecimal digits`);
  }
  const colon = named.indexOf(':', named.lastIndexOf('/') + 1);
  const name = colon < 0 ? named : named.slice(0, colon);
  const tag = colon < 0 ? undefined : named.slice(colon + 1);
  if (tag !== undefined && !TAG.test(tag)) throw badReference(text, `its tag '${tag}' is not valid`);
  return {
    ...parseName(text, name),
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest }),
  };
}

/**
 * The shortest name that every engine resolves to the same image: `elixir:1.18`, `registry.example/elixir@sha256:…`.
 */
export function formatReference({ host, path, tag, digest }: ImageReference): string {
  const official = path.startsWith(OFFICIAL) ? path.slice(OFFICIAL.length) : path;
  const short = official.includes('/') ? path : official;
  const name = host === DOCKER_HUB && !namesHost(short) ? short : `${host}/${path}`;
  return `${name}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`;
}

/** The name without tag and digest: `hexpm/elixir`, `registry.example/elixir`. */
export function repositoryOf({ host, path }: ImageReference): string {
  return formatReference({ host, path });
}

/**
 * The same image in another registry, or under a prefix of a mirror: `hexpm/elixir:TAG` with
 * `mirror.example:5000/proxy` becomes `mirror.example:5000/proxy/hexpm/elixir:TAG`.
 *
 * @throws MixReleaseError `bad-option` when `registry` is not valid
 */
export function withRegistry(reference: ImageReference, registry: string): ImageReference {
  const prefix = registry.replace(/\/+$/, '');
  if (!namesHost(`${prefix}/`)) {
    throw badReference(registry, 'a registry is a host such as registry.example or localhost:5000, with no https://');
  }
  return { ...reference, ...parseName(registry, `${prefix}/${reference.path}`) };
}

/** The host of the registry API of a reference, with its port where it has one. */
export function registryHost({ host }: ImageReference): string {
  return host === DOCKER_HUB ? DOCKER_HUB_REGISTRY : host;
}

/** Whether a host, with or without a port, is this machine. */
export function isLoopback(host: string): boolean {
  return /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/i.test(host);
}

export function isDigest(text: string): boolean {
  return DIGEST.test(text);
}

function parseName(text: string, name: string): { readonly host: string; readonly path: string } {
  const slash = name.indexOf('/');
  const named = namesHost(name);
  const host = named ? name.slice(0, slash) : DOCKER_HUB;
  const path = named ? name.slice(slash + 1) : name;
  if (!HOST.test(host)) throw badReference(text, `its host '${host}' is not valid`);
  if (!PATH.test(path)) {
    throw badReference(text, `its path '${path}' is not lower-case words joined by / . _ __ or -`);
  }
  if (name.length > MAX_NAME) throw badReference(text, `its name has more than ${String(MAX_NAME)} characters`);
  const ofHub = host === DOCKER_HUB || host === DOCKER_HUB_ALIAS;
  if (!ofHub) return { host, path };
  return { host: DOCKER_HUB, path: path.includes('/') ? path : `${OFFICIAL}${path}` };
}

/** Whether the part before the first slash is a host: only a host has a dot, a colon or a capital letter. */
function namesHost(name: string): boolean {
  const slash = name.indexOf('/');
  if (slash < 0) return false;
  const first = name.slice(0, slash);
  return first === 'localhost' || /[.:A-Z]/.test(first);
}

function badReference(text: string, why: string): MixReleaseError {
  return new MixReleaseError('bad-option', {
    what: `'${text}' does not name an image or a registry: ${why}`,
    next: 'An image is named [host[:port]/]path[:tag][@sha256:…], as in hexpm/elixir:1.18.3-erlang-27.3.4.3-debian-trixie-20250929-slim.',
  });
}
