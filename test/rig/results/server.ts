import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type IncomingMessage, type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { startBlobs } from './blobs.js';
import { type CacheMethod, type StoredCache, cacheMethods, cacheService } from './caches.js';
import { runClient } from './run-client.js';
import { type ArtifactMethod, type StoredArtifact, artifactMethods, artifactService } from './service.js';
import { TwirpError, type TwirpRequest } from './twirp.js';

const prefix = '/twirp/github.actions.results.api.v1.ArtifactService/';
const cachePrefix = '/twirp/github.actions.results.api.v1.CacheService/';

export type { ArtifactMethod, StoredArtifact } from './service.js';

/** The status that every call gets while the token is refused; undefined: the token is good. */
export type TokenRefusal = 401 | 403 | undefined;

export interface ResultsOptions {
  /** `owner/name`; default `octo/hello`. */
  readonly repository?: string;
  /** GITHUB_RUN_ID of the client; default `1`. */
  readonly runId?: string;
  /** Default: the token is good. */
  readonly refuseToken?: TokenRefusal;
}

/** Answers to come, in place of what the service would have answered. */
export interface Fault {
  readonly method: ArtifactMethod | CacheMethod;
  /** HTTP status of the answer. The client tries again on 429, 500, 502, 503 and 504. */
  readonly status: number;
  /** How many calls; default 1. */
  readonly times?: number;
  /** The error's text; "insufficient usage" in it means to the client that the storage quota is used up. */
  readonly message?: string;
}

export interface RecordedRequest {
  /** The last part of the path, whether or not the service knows such a method. */
  readonly method: string;
  /** HTTP status of the answer. */
  readonly status: number;
}

/** Stands in for GitHub's artifact results service, for one workflow run. */
export interface ResultsServer {
  /** For ACTIONS_RESULTS_URL, with a trailing slash. */
  readonly url: string;
  /** For ACTIONS_RUNTIME_TOKEN: the only token that is accepted. */
  readonly token: string;
  /** Every request so far, oldest first. */
  requests(): readonly RecordedRequest[];
  /** Every artifact that is there now, unfinished ones included. */
  artifacts(): readonly StoredArtifact[];
  /** Every cache, oldest first. They belong to the repository, and outlive the run. */
  caches(): readonly StoredCache[];
  /** The bytes of a cache, as the client packed them. */
  cacheContent(cache: StoredCache): Promise<Buffer>;
  /** Damages a cache: puts other bytes in its place. */
  spoilCache(cache: StoredCache, content: Buffer): Promise<void>;
  /** Faults of one method queue up, oldest first. */
  fail(fault: Fault): void;
  refuseToken(refusal: TokenRefusal): void;
  /** What a runner would add to the environment of an action. */
  env(): Record<string, string>;
  /** A finalized artifact as it lies in the blob store: a ZIP, or the file itself when it was not archived. */
  download(name: string): Promise<Buffer>;
  /** Downloads, checks the digest and unpacks with the real client. @throws Error with the client's message */
  downloadTo(name: string, directory: string): Promise<void>;
  /** Ends both servers and removes all data. */
  stop(): Promise<void>;
}

/** Starts the service on free loopback ports; takes about a second. */
export async function startResults(options: ResultsOptions = {}): Promise<ResultsServer> {
  const ids = { run: randomUUID(), job: randomUUID() };
  const token = runtimeToken(`Actions.Results:${ids.run}:${ids.job}`);
  const blobs = await startBlobs();
  const service = artifactService(blobs, ids);
  const caching = cacheService(blobs);
  const recorded: RecordedRequest[] = [];
  const faults: Fault[] = [];
  let refusal = options.refuseToken;

  const answer = async (request: IncomingMessage, method: string): Promise<object> => {
    const body = await text(request);
    const fault = faults.findIndex((candidate) => candidate.method === method);
    if (fault >= 0) {
      const [due] = faults.splice(fault, 1);
      throw new TwirpError(due?.status ?? 500, due?.message ?? 'a fault that the test asked for');
    }
    if (refusal !== undefined) throw new TwirpError(refusal, 'the token was refused');
    if (request.headers.authorization !== `Bearer ${token}`) throw new TwirpError(401, 'not the token of this job');
    if (request.method === 'POST' && isCacheMethod(method)) return caching.call(method, parse(body));
    if (request.method !== 'POST' || !isArtifactMethod(method)) throw new TwirpError(404, `no such route: ${method}`);
    return service.call(method, parse(body));
  };

  const server = createServer((request, response) => {
    const path = request.url ?? '';
    const method = [prefix, cachePrefix].reduce(
      (rest, each) => (rest.startsWith(each) ? rest.slice(each.length) : rest),
      path,
    );
    void answer(request, method)
      .then((body) => ({ status: 200, body }))
      .catch((error: unknown) => {
        const known = error instanceof TwirpError ? error : new TwirpError(500, String(error));
        return { status: known.status, body: known.body() };
      })
      .then(({ status, body }) => {
        recorded.push({ method, status });
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      });
  });
  const url = await listen(server);

  const env = (): Record<string, string> => ({
    ACTIONS_RESULTS_URL: url,
    ACTIONS_RUNTIME_TOKEN: token,
    ACTIONS_CACHE_SERVICE_V2: 'True',
    // Any other host that is not GitHub's makes the client refuse to work: it takes it for GitHub Enterprise Server.
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_REPOSITORY: options.repository ?? 'octo/hello',
    GITHUB_RUN_ID: options.runId ?? '1',
    GITHUB_RETENTION_DAYS: '90',
    NO_PROXY: '127.0.0.1',
    no_proxy: '127.0.0.1',
  });

  return {
    url,
    token,
    requests: () => [...recorded],
    artifacts: () => service.artifacts(),
    caches: () => caching.caches(),
    cacheContent: (cache) => blobs.read(cache.blob),
    spoilCache: (cache, content) => blobs.write(cache.blob, content),
    fail: (fault) => faults.push(...Array.from({ length: fault.times ?? 1 }, () => fault)),
    refuseToken: (next) => (refusal = next),
    env,
    download: (name) => service.content(name),
    async downloadTo(name, directory) {
      const outcome = await runClient(env(), { do: 'download', name, directory });
      if (!outcome.ok) throw new Error(`${outcome.error}\n${outcome.log}`);
    },
    async stop() {
      server.closeAllConnections();
      await Promise.all([new Promise((resolve) => server.close(resolve)), blobs.stop()]);
    },
  };
}

async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`;
}

/** A JSON Web Token that nobody signed: the client only reads its `scp` claim. */
function runtimeToken(scope: string): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'none', typ: 'JWT' })}.${part({ scp: scope })}.unsigned`;
}

function isCacheMethod(method: string): method is CacheMethod {
  return cacheMethods.some((known) => known === method);
}

function isArtifactMethod(method: string): method is ArtifactMethod {
  return artifactMethods.some((known) => known === method);
}

function parse(body: string): TwirpRequest {
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value === 'object' && value !== null) return value as TwirpRequest;
  } catch {
    // Answered below, like any other body that is no object.
  }
  throw new TwirpError(400, 'the body is not a JSON object');
}
