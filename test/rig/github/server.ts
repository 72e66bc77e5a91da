import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { Releases, type Answer, type StoredRelease } from './releases.js';

const run = promisify(execFile);

/** Stands in for GitHub's releases of `octo/hello`, whose commits and tags are those of a bare git repository. */
export interface GitHub extends AsyncDisposable {
  /** What the `gh` command needs to talk to it as if it were github.com. */
  readonly env: Readonly<Record<string, string>>;
  readonly releases: () => readonly StoredRelease[];
  readonly put: (release: StoredRelease) => void;
  /** Requests that changed something, as `METHOD PATH`, oldest first. */
  readonly changes: () => readonly string[];
  /** Answers this to uploads of a file from now on; undefined ends it. */
  readonly refuse: (file: string | undefined) => void;
}

/**
 * Starts it on a socket of its own. The real `gh` is told by its setting `http_unix_socket` to send everything there, in
 * plain HTTP: the names of hosts and the paths are those that it uses with github.com.
 *
 * @param repository - path of a bare repository
 */
export async function startGitHub(repository: string): Promise<GitHub> {
  const place = await mkdtemp(path.join(tmpdir(), 'mix-release-github-'));
  const socket = path.join(place, 'socket');
  await writeFile(path.join(place, 'config.yml'), `http_unix_socket: ${socket}\n`);
  const token = 'test-token';
  const base = 'repos/octo/hello';
  const resolve = (revision: string): Promise<string | undefined> =>
    run('git', ['-C', repository, 'rev-parse', '--verify', '--quiet', `${revision}^{commit}`]).then(
      ({ stdout }) => stdout.trim(),
      () => undefined,
    );
  const releases = new Releases(base, resolve);
  const changes: string[] = [];
  let refused: string | undefined;

  async function answer(request: IncomingMessage): Promise<Answer> {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://github');
    const { method = 'GET', headers } = request;
    const body = await buffer(request);
    if (headers.authorization !== `token ${token}`) return { status: 401, body: { message: 'Bad credentials' } };
    if (pathname === '/graphql') return graphql(body);
    if (!pathname.startsWith(`/${base}/`)) return { status: 404, body: { message: 'Not Found' } };
    if (method !== 'GET') changes.push(`${method} ${pathname.slice(base.length + 2)}${name(searchParams)}`);
    if (refused !== undefined && searchParams.get('name') === refused) {
      return { status: 422, body: { message: 'refused by the test' } };
    }
    const raw = headers.accept === 'application/octet-stream';
    return releases.answer({
      method,
      path: decodeURIComponent(pathname.slice(base.length + 2)),
      query: searchParams,
      body,
      raw,
    });
  }

  /** What `gh release` asks there: whether a tag exists, and the draft of a tag, which REST does not find by it. */
  async function graphql(body: Buffer): Promise<Answer> {
    const { query, variables } = JSON.parse(body.toString('utf8')) as { query: string; variables: { tagName: string } };
    if (query.includes('release(tagName:')) {
      const found = releases.all().find(({ tag }) => tag === variables.tagName);
      const release = found ? { databaseId: found.id, isDraft: found.draft } : null;
      return { status: 200, body: { data: { repository: { release } } } };
    }
    const sha = await resolve(variables.tagName);
    const ref = sha === undefined ? null : { id: sha };
    return { status: 200, body: { data: { repository: { ref } } } };
  }

  const server = createServer((request, response) => {
    answer(request).then(
      ({ status, body }) => {
        response.statusCode = status;
        response.setHeader('content-type', Buffer.isBuffer(body) ? 'application/octet-stream' : 'application/json');
        response.end(Buffer.isBuffer(body) || body === '' ? body : JSON.stringify(body));
      },
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  await new Promise<void>((resolved) => server.listen(socket, resolved));
  return {
    env: { GH_CONFIG_DIR: place, GH_TOKEN: token, GH_REPO: 'octo/hello', GH_NO_UPDATE_NOTIFIER: '1' },
    releases: () => releases.all(),
    put: (release) => releases.put(release),
    changes: () => changes,
    refuse: (file) => {
      refused = file;
    },
    [Symbol.asyncDispose]: async () => {
      server.close();
      server.closeAllConnections();
      await rm(place, { recursive: true, force: true });
    },
  };
}

function name(query: URLSearchParams): string {
  const file = query.get('name');
  return file === null ? '' : ` ${file}`;
}
