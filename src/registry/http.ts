import { setTimeout as delay } from 'node:timers/promises';
import pRetry from 'p-retry';
import { MixReleaseError, messageOf, systemErrorCode } from '../errors.js';
import type { Fetch } from './network.js';

const ATTEMPTS = 3;
/** In bytes. A page of the listing has some 20 kB, and registries refuse manifests over 4 MiB. */
const BODY_LIMIT = 8 * 1024 * 1024;

/** Time limits in milliseconds, and the clock; tests bring their own. */
export interface Timing {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  /** Minimum delay before the second attempt; each further delay is twice as long. */
  readonly firstDelay: number;
  /** For one attempt, its body included. */
  readonly requestTimeout: number;
  /** For all attempts of one request, delays that the server requests included. */
  readonly totalTimeout: number;
}

export const REAL_TIMING: Timing = {
  now: () => Date.now(),
  sleep: async (milliseconds, signal) => {
    await delay(milliseconds, undefined, { signal });
  },
  firstDelay: 500,
  requestTimeout: 30_000,
  totalTimeout: 60_000,
};

/** Common to every request to a registry. */
export interface HttpOptions {
  readonly signal: AbortSignal;
  readonly timing?: Timing;
  /** Node's own where it is left out: without a proxy. */
  readonly fetch?: Fetch;
}

export interface HttpRequest {
  readonly method: 'GET' | 'HEAD' | 'POST';
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: URLSearchParams;
}

/** A response that was read to its end. */
export interface Answer {
  /** Never 408, 429 or 5xx, which are outages. 501 is a final answer: a retry would get the same. */
  readonly status: number;
  readonly headers: Headers;
  readonly body: Buffer;
}

/** A failed attempt that a retry may mend. */
class TransientFailure extends Error {
  constructor(
    message: string,
    readonly status: number | undefined,
    /** Milliseconds that the server asks to wait. */
    readonly retryAfter: number,
    cause?: unknown,
  ) {
    super(message, { cause });
  }
}

/**
 * One HTTP request, with up to three attempts where the network fails or the server answers 408, 429 or 5xx (but 501).
 * A `Retry-After` is honoured; one that exceeds the total time-out ends the attempts at once.
 *
 * @throws MixReleaseError `registry-outage`, naming the host and the last status or network error
 * @throws the signal's reason when it is aborted
 */
export async function request(httpRequest: HttpRequest, options: HttpOptions): Promise<Answer> {
  const { signal, timing = REAL_TIMING } = options;
  const send: Fetch = options.fetch ?? ((url, init) => fetch(url, init));
  const start = timing.now();
  try {
    return await pRetry(() => attempt(httpRequest, send, signal, timing), {
      retries: ATTEMPTS - 1,
      minTimeout: timing.firstDelay,
      factor: 2,
      // The jobs of a matrix start, and are rate-limited, in the same second.
      randomize: true,
      maxRetryTime: timing.totalTimeout,
      signal,
      shouldRetry: async ({ error, retryDelay }) => {
        if (!(error instanceof TransientFailure)) return false;
        if (error.retryAfter > timing.totalTimeout - (timing.now() - start)) return false;
        if (error.retryAfter > retryDelay) await timing.sleep(error.retryAfter - retryDelay, signal);
        return true;
      },
    });
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof TransientFailure ? failureOutage(httpRequest.url, error) : error;
  }
}

/**
 * The JSON value at a URL.
 *
 * @throws MixReleaseError `registry-outage` for every status but 2xx, and for a body that is not JSON
 */
export async function requestJson(url: URL, options: HttpOptions): Promise<unknown> {
  const answer = await request({ method: 'GET', url, headers: { accept: 'application/json' } }, options);
  return jsonOf(url, answer);
}

/**
 * The JSON value of a response.
 *
 * @throws MixReleaseError `registry-outage` for every status but 2xx, and for a body that is not JSON
 */
export function jsonOf(url: URL, { status, body }: Answer): unknown {
  if (status < 200 || status > 299) throw outage(url, `answered ${String(status)}: ${excerpt(body)}`);
  try {
    return JSON.parse(body.toString('utf8')) as unknown;
  } catch (error) {
    throw outage(url, `answered ${String(status)} with something that is not JSON: ${excerpt(body)}`, error);
  }
}

/** The error for a host that did not give a usable answer. */
export function outage(url: URL, detail: string, cause?: unknown): MixReleaseError {
  return new MixReleaseError('registry-outage', {
    what: `${url.host} ${detail}`,
    next:
      'This is an outage or a closed network, not a missing version: try again later, ' +
      'or name a base image with `image`, which needs no look-up when the engine has it.',
    cause,
  });
}

/** The start of a body on one line, for an error text. */
export function excerpt(body: Buffer): string {
  const text = body.subarray(0, 400).toString('utf8').replace(/\s+/g, ' ').trim();
  if (text === '') return '(nothing)';
  return text.length > 120 ? `${text.slice(0, 120)}…` : text;
}

async function attempt(httpRequest: HttpRequest, send: Fetch, signal: AbortSignal, timing: Timing): Promise<Answer> {
  const { response, body } = await exchange(httpRequest, send, signal, timing);
  if (!body) throw outage(httpRequest.url, `answered more than ${String(BODY_LIMIT / 1024 / 1024)} MiB`);
  const { status, headers } = response;
  if (status === 408 || status === 429 || (status >= 500 && status !== 501)) {
    throw new TransientFailure(
      `answered ${String(status)}`,
      status,
      retryAfter(headers.get('retry-after'), timing.now()),
    );
  }
  return { status, headers, body };
}

/** A response with its body, or without one where the body exceeds the limit. */
async function exchange({ method, url, headers, body }: HttpRequest, send: Fetch, signal: AbortSignal, timing: Timing) {
  try {
    const response = await send(url, {
      method,
      headers: { 'user-agent': 'mix-release-action', ...headers },
      signal: AbortSignal.any([signal, AbortSignal.timeout(timing.requestTimeout)]),
      ...(body ? { body } : {}),
    });
    return { response, body: await readBody(response) };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof MixReleaseError) throw error;
    const code = systemErrorCode(rootOf(error));
    if (code !== undefined && UNKNOWN_AUTHORITY.has(code)) throw unknownAuthority(url, code, error);
    throw new TransientFailure(describe(error, timing), undefined, 0, error);
  }
}

/** Codes of OpenSSL for a certificate of an authority that is not trusted here. */
const UNKNOWN_AUTHORITY: ReadonlySet<string> = new Set([
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

function unknownAuthority(url: URL, code: string, cause: unknown): MixReleaseError {
  return new MixReleaseError('registry-outage', {
    what: `${url.host} could not be reached: its certificate is signed by an authority that is not known here (${code})`,
    next: "Where a company's proxy or registry has a certificate of the company's own authority, name the file of that authority with ca-certificates.",
    cause,
  });
}

async function readBody(response: Response): Promise<Buffer | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const stream: AsyncIterable<Uint8Array> | readonly Uint8Array[] = response.body ?? [];
  for await (const chunk of stream) {
    size += chunk.length;
    if (size > BODY_LIMIT) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Milliseconds of a `Retry-After`, which is a number of seconds or an HTTP date; 0 where there is none. */
function retryAfter(header: string | null, now: number): number {
  if (header === null) return 0;
  if (/^\s*\d+\s*$/.test(header)) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? 0 : Math.max(0, date - now);
}

function describe(error: unknown, timing: Timing): string {
  if (error instanceof DOMException && error.name === 'TimeoutError') {
    return `did not answer within ${String(timing.requestTimeout / 1000)} s`;
  }
  const cause = rootOf(error);
  const code = systemErrorCode(cause);
  // What a proxy answered is in the message alone.
  return `could not be reached: ${code === undefined || code.startsWith('UND_') ? messageOf(cause) : code}`;
}

/** fetch throws "fetch failed"; the reason is in its cause, or in the cause of that. */
function rootOf(error: unknown): unknown {
  const { cause } = Object(error) as { readonly cause?: unknown };
  return cause === undefined ? error : rootOf(cause);
}

function failureOutage(url: URL, failure: TransientFailure): MixReleaseError {
  const wait = failure.retryAfter > 0 ? ` and asks to wait ${String(Math.ceil(failure.retryAfter / 1000))} s` : '';
  if (failure.status !== 429) return outage(url, `${failure.message}${wait}`, failure);
  return new MixReleaseError('registry-outage', {
    what: `${url.host} ${failure.message}: too many requests${wait}`,
    next: 'The host limits the rate of requests; no version is missing. Try again later, or log in (docker login) for a higher limit.',
    cause: failure,
  });
}
