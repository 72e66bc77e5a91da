import { createHash } from 'node:crypto';
import { startLoopback, type Loopback, type Reply, type Seen } from './loopback.js';

const INDEX = 'application/vnd.oci.image.index.v1+json';
const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';

export interface Login {
  readonly username: string;
  readonly password: string;
}

export interface RegistryOptions {
  /** How the registry wants to be asked; `none` unless told. */
  readonly challenge?: 'none' | 'basic' | 'bearer';
  /** Who may read. For a bearer challenge without one, anybody gets a token. */
  readonly login?: Login;
  /** An identity token that the token service takes instead of the login. */
  readonly identityToken?: string;
  /** Address of the token service where it is not this server. */
  readonly realm?: string;
  /** Leave `Docker-Content-Digest` out of the answers. */
  readonly withoutDigests?: boolean;
  /** Send whoever wants a blob to this origin instead. */
  readonly blobOrigin?: string;
  /** Say this digest of every manifest, without looking. */
  readonly answerWith?: string;
  /** Most tags in one page of a listing, whatever is asked; 1000 unless told. */
  readonly tagPage?: number;
  /** Which tags it lists of those that it has, as a cache does; all unless told. */
  readonly listed?: (tag: string) => boolean;
  /** Answer so to whoever asks for the tags of a repository. */
  readonly tagsReply?: Reply;
  /** The `Link` header of a page, from the address of the next one. */
  readonly linkTo?: (next: string) => string;
}

export interface FakeRegistry extends Loopback {
  /** Adds an index with a manifest for each platform (`linux/arm64/v8`), and gives the digest of the index. */
  putIndex(path: string, tag: string, platforms: readonly string[]): string;
  /** Adds an image of one platform without an index, and gives the digest of its manifest. */
  putImage(path: string, tag: string, platform: string): string;
  /** From now on sends other bytes under that digest. */
  corrupt(digest: string): void;
}

interface Content {
  readonly type: string;
  readonly bytes: Buffer;
}

/** A registry, HTTP API v2, that can be read and lists its tags in pages, with its token service on the same port under `/token`. */
export async function startRegistry(options: RegistryOptions = {}): Promise<FakeRegistry> {
  const contents = new Map<string, Content>();
  const tags = new Map<string, string>();
  const store = (type: string, value: unknown): string => {
    const bytes = Buffer.from(JSON.stringify(value));
    const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
    contents.set(digest, { type, bytes });
    return digest;
  };
  const storeImage = (platform: string): string => {
    const config = store('application/octet-stream', platformOf(platform));
    return store(MANIFEST, { schemaVersion: 2, mediaType: MANIFEST, config: { digest: config }, layers: [] });
  };

  const loopback = await startLoopback((seen) =>
    seen.url.pathname === '/token'
      ? tokenReply(seen, options)
      : (tagsReply(seen, options, [...tags.keys()]) ?? contentReply(seen, options, tags, contents)),
  );
  return {
    ...loopback,
    putIndex(path, tag, platforms) {
      const manifests = platforms.map((platform) => ({
        mediaType: MANIFEST,
        digest: storeImage(platform),
        platform: platformOf(platform),
      }));
      const digest = store(INDEX, { schemaVersion: 2, mediaType: INDEX, manifests });
      tags.set(`${path}:${tag}`, digest);
      return digest;
    },
    putImage(path, tag, platform) {
      const digest = storeImage(platform);
      tags.set(`${path}:${tag}`, digest);
      return digest;
    },
    corrupt(digest) {
      const content = contents.get(digest);
      if (!content) throw new Error(`nothing has the digest ${digest}`);
      contents.set(digest, { ...content, bytes: Buffer.concat([content.bytes, Buffer.from(' ')]) });
    },
  };
}

function platformOf(text: string): Readonly<Record<string, string>> {
  const [os = '', architecture = '', variant] = text.split('/');
  return { os, architecture, ...(variant === undefined ? {} : { variant }) };
}

/** "Listing Tags" of the distribution specification: in order, after `last`, at most `n`, the next page as a `Link`. */
function tagsReply(seen: Seen, options: RegistryOptions, names: readonly string[]): Reply | undefined {
  const [, path] = /^\/v2\/(.+)\/tags\/list$/.exec(seen.url.pathname) ?? [];
  if (path === undefined) return undefined;
  const refusal = refuse(seen, path, options) ?? options.tagsReply;
  if (refusal) return refusal;
  const tags = names
    .filter((name) => name.startsWith(`${path}:`))
    .map((name) => name.slice(path.length + 1))
    .filter(options.listed ?? (() => true));
  if (tags.length === 0) return { status: 404, body: '{"errors":[{"code":"NAME_UNKNOWN"}]}' };
  const last = seen.url.searchParams.get('last') ?? '';
  const left = tags.toSorted().filter((tag) => tag > last);
  const size = Math.min(Number(seen.url.searchParams.get('n') ?? Infinity), options.tagPage ?? 1000);
  const page = left.slice(0, size);
  const query = new URLSearchParams({ n: String(size), last: page.at(-1) ?? '' }).toString();
  const linkTo = options.linkTo ?? ((next) => `<${next}>; rel="next"`);
  const link = left.length > size ? { link: linkTo(`${seen.url.pathname}?${query}`) } : {};
  return {
    status: 200,
    headers: { 'content-type': 'application/json', ...link },
    body: JSON.stringify({ name: path, tags: page }),
  };
}

function contentReply(
  seen: Seen,
  options: RegistryOptions,
  tags: ReadonlyMap<string, string>,
  contents: ReadonlyMap<string, Content>,
): Reply {
  const [, path = '', kind, name = ''] = /^\/v2\/(.+)\/(manifests|blobs)\/([^/]+)$/.exec(seen.url.pathname) ?? [];
  const refusal = refuse(seen, path, options);
  if (refusal) return refusal;
  if (kind === 'blobs' && options.blobOrigin !== undefined) {
    return { status: 307, headers: { location: `${options.blobOrigin}${seen.url.pathname}` } };
  }
  if (options.answerWith !== undefined) {
    return { status: 200, headers: { 'docker-content-digest': options.answerWith } };
  }
  const digest = name.startsWith('sha256:') ? name : (tags.get(`${path}:${name}`) ?? '');
  const content = contents.get(digest);
  if (!content) return { status: 404, body: '{"errors":[{"code":"MANIFEST_UNKNOWN"}]}' };
  if (kind === 'manifests' && !(seen.headers.accept ?? '').includes(content.type)) {
    return { status: 404, body: '{"errors":[{"code":"MANIFEST_UNKNOWN","message":"no accepted type"}]}' };
  }
  const headers = { 'content-type': content.type };
  return {
    status: 200,
    headers: options.withoutDigests === true ? headers : { ...headers, 'docker-content-digest': digest },
    body: content.bytes,
  };
}

function refuse({ url, headers }: Seen, path: string, options: RegistryOptions): Reply | undefined {
  const { challenge = 'none', login } = options;
  const scope = `repository:${path}:pull`;
  const given = headers.authorization;
  if (challenge === 'none') return undefined;
  if (challenge === 'basic') {
    return given === basic(login) ? undefined : unauthorized('Basic realm="the registry"');
  }
  if (given === `Bearer ${tokenFor(scope)}`) return undefined;
  const realm = options.realm ?? `http://${url.host}/token`;
  return unauthorized(`Bearer realm="${realm}",service="the registry",scope="${scope}"`);
}

function tokenReply({ method, url, headers, body }: Seen, { login, identityToken }: RegistryOptions): Reply {
  const parameters = method === 'POST' ? new URLSearchParams(body) : url.searchParams;
  const known =
    method === 'POST'
      ? identityToken !== undefined && parameters.get('refresh_token') === identityToken
      : login === undefined || headers.authorization === basic(login);
  if (!known || parameters.get('service') !== 'the registry') return { status: 401, body: '{"details":"denied"}' };
  const token = tokenFor(parameters.get('scope') ?? '');
  const name = method === 'POST' ? 'access_token' : 'token';
  return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ [name]: token }) };
}

function unauthorized(challenge: string): Reply {
  return { status: 401, headers: { 'www-authenticate': challenge }, body: '{"errors":[{"code":"UNAUTHORIZED"}]}' };
}

function basic(login: Login | undefined): string {
  return login ? `Basic ${Buffer.from(`${login.username}:${login.password}`).toString('base64')}` : 'nobody';
}

/** Good for one scope and no other. */
function tokenFor(scope: string): string {
  return Buffer.from(`may ${scope}`).toString('base64url');
}
