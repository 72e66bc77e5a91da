import { MixReleaseError } from '../errors.js';
import { authorizationFor, parseChallenge } from './authorization.js';
import type { Credentials } from './credentials.js';
import { excerpt, outage, request, type Answer, type HttpOptions } from './http.js';
import { formatReference, isLoopback, registryHost, type ImageReference } from './reference.js';

export interface RepositoryOptions extends HttpOptions {
  /** Called once, when the registry requires a login or a token. */
  readonly credentials?: (reference: ImageReference) => Promise<Credentials | undefined>;
  /** Use HTTP for a registry that is not on this machine. */
  readonly insecure?: boolean;
}

/** One repository of a registry, with its token. */
export interface Repository {
  /** Its name; the tag or digest that it was opened with is ignored. */
  readonly reference: ImageReference;
  /** URL of a part of it: `manifests/latest`, `blobs/sha256:…`. */
  readonly url: (part: string) => URL;
  /**
   * The response of any status, after authorization where the registry requires it. The URL must be one of this
   * repository's host, because it is sent the token.
   *
   * @throws MixReleaseError `image-not-found` when the token service refuses, `registry-outage` where there is no
   *   response
   */
  readonly send: (method: 'GET' | 'HEAD', url: URL, accept?: string) => Promise<Answer>;
  /**
   * The response for a part, or undefined where the registry answers 404.
   *
   * @throws MixReleaseError `image-not-found` when access is denied, `registry-outage` for every other failure
   */
  readonly request: (method: 'GET' | 'HEAD', part: string, accept?: string) => Promise<Answer | undefined>;
}

/** The repository of an image. Sends no request yet. */
export function openRepository(reference: ImageReference, options: RepositoryOptions): Repository {
  const host = registryHost(reference);
  const protocol = options.insecure === true || isLoopback(host) ? 'http' : 'https';
  const url = (part: string): URL => new URL(`${protocol}://${host}/v2/${reference.path}/${part}`);
  let authorization: string | undefined;

  const once = (method: 'GET' | 'HEAD', address: URL, accept: string): Promise<Answer> => {
    const headers = { accept, ...(authorization === undefined ? {} : { authorization }) };
    return request({ method, url: address, headers }, options);
  };

  const send: Repository['send'] = async (method, address, accept = '*/*') => {
    const answer = await once(method, address, accept);
    if (answer.status !== 401) return answer;
    authorization = await authorize(answer, reference, options);
    return authorization === undefined ? answer : once(method, address, accept);
  };

  return {
    reference,
    url,
    send,
    async request(method, part, accept) {
      const answer = await send(method, url(part), accept);
      if (answer.status === 404) return undefined;
      if (answer.status === 401 || answer.status === 403) throw denied(reference, host, answer.status);
      if (answer.status < 200 || answer.status > 299) {
        throw outage(url(part), `answered ${String(answer.status)}: ${excerpt(answer.body)}`);
      }
      return answer;
    },
  };
}

async function authorize(
  { headers }: Answer,
  reference: ImageReference,
  options: RepositoryOptions,
): Promise<string | undefined> {
  const challenge = parseChallenge(headers.get('www-authenticate') ?? '');
  if (!challenge) return undefined;
  const credentials = await options.credentials?.(reference);
  return authorizationFor(challenge, `repository:${reference.path}:pull`, credentials, options);
}

function denied(reference: ImageReference, host: string, status: number): MixReleaseError {
  return new MixReleaseError('image-not-found', {
    what: `${host} answered ${String(status)} for ${formatReference(reference)}: there is no such repository, or it needs a login`,
    next: 'Check the name; for a private image run docker login (docker/login-action) with an account that may read it.',
  });
}
