import { MixReleaseError } from '../errors.js';
import type { Credentials } from './credentials.js';
import { jsonOf, outage, request, type HttpOptions } from './http.js';
import { isLoopback } from './reference.js';

const CLIENT = 'mix-release-action';

/** The challenge of a `WWW-Authenticate` header. */
export interface Challenge {
  readonly scheme: 'bearer' | 'basic';
  /** For bearer: the URL of the token service. */
  readonly realm?: string;
  readonly service?: string;
  readonly scope?: string;
}

/** Parses a `WWW-Authenticate` header. Where it offers both, bearer is preferred over basic. */
export function parseChallenge(header: string): Challenge | undefined {
  const bearer = /(?:^|,)\s*bearer\s+(.*)$/i.exec(header)?.[1];
  if (bearer === undefined) return /(?:^|,)\s*basic(?:\s|$)/i.test(header) ? { scheme: 'basic' } : undefined;
  const found = new Map<string, string>();
  for (const [, name = '', quoted, bare] of bearer.matchAll(/(\w+)=(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))/g)) {
    // The first value wins: later ones may belong to a second challenge.
    const key = name.toLowerCase();
    if (!found.has(key)) found.set(key, quoted?.replace(/\\(.)/g, '$1') ?? bare ?? '');
  }
  const [realm, service, scope] = ['realm', 'service', 'scope'].map((key) => found.get(key));
  return {
    scheme: 'bearer',
    ...(realm === undefined ? {} : { realm }),
    ...(service === undefined ? {} : { service }),
    ...(scope === undefined ? {} : { scope }),
  };
}

/**
 * The `Authorization` header for a challenge, or undefined where the challenge needs a login and there is none.
 *
 * @param scope the scope to request where the challenge names none: `repository:NAME:pull`
 * @throws MixReleaseError `image-not-found` when the token service refuses, `registry-outage` when it fails
 */
export async function authorizationFor(
  challenge: Challenge,
  scope: string,
  credentials: Credentials | undefined,
  options: HttpOptions & { readonly insecure?: boolean },
): Promise<string | undefined> {
  if (challenge.scheme === 'basic') return credentials?.kind === 'password' ? basic(credentials) : undefined;
  if (challenge.realm === undefined || !URL.canParse(challenge.realm)) return undefined;
  const realm = new URL(challenge.realm);
  if (credentials && realm.protocol !== 'https:' && !isLoopback(realm.host) && options.insecure !== true) {
    throw new MixReleaseError('image-not-found', {
      what: `the registry's token service, ${realm.origin}, is not encrypted: your login was not sent`,
      next: 'Log out of that registry (docker logout) if its images are public, or inform its operator.',
    });
  }
  const answer = await request(tokenRequest(realm, challenge, scope, credentials), options);
  if (answer.status === 400 || answer.status === 401 || answer.status === 403) {
    throw new MixReleaseError('image-not-found', {
      what: `${realm.host} answered ${String(answer.status)} to ${credentials ? 'the login of your Docker configuration' : 'an anonymous request'} for ${scope}`,
      next: 'Run docker login (docker/login-action) for this registry, with an account that may read the image.',
    });
  }
  return `Bearer ${tokenOf(realm, jsonOf(realm, answer))}`;
}

/**
 * A token request as https://distribution.github.io/distribution/spec/auth/ defines it: a GET, or an OAuth 2 refresh.
 */
function tokenRequest(realm: URL, { service, scope }: Challenge, fallback: string, credentials?: Credentials) {
  const parameters = { ...(service === undefined ? {} : { service }), scope: scope ?? fallback };
  if (credentials?.kind === 'identity-token') {
    const body = new URLSearchParams({
      grant_type: 'refresh_token',
      refresh_token: credentials.token,
      client_id: CLIENT,
      ...parameters,
    });
    return { method: 'POST', url: realm, body } as const;
  }
  const url = new URL(realm);
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return { method: 'GET', url, headers: credentials ? { authorization: basic(credentials) } : {} } as const;
}

function tokenOf(realm: URL, answer: unknown): string {
  const { token, access_token: access } = (answer ?? {}) as Readonly<Record<string, unknown>>;
  const found = [token, access].find((each) => typeof each === 'string' && each !== '');
  if (typeof found !== 'string') throw outage(realm, 'answered without a token');
  return found;
}

function basic({ username, password }: Extract<Credentials, { kind: 'password' }>): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}
