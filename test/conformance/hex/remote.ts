import { appendFile, cp, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { makeGitRepository, startGitDaemon } from './git-repository.js';
import { makeRepositories, type Repositories } from './repositories.js';
import { serveFiles } from './server.js';
import { startSshServer, type SshServer } from './ssh-server.js';

/** What is elsewhere on the network, for builds that fetch dependencies. */
export interface Remote extends AsyncDisposable {
  readonly repositories: Repositories;
  /**
   * Package repositories are below it, `hexpm` with the organization `acme`, and `acme`, and `tampered/hexpm`, whose packages were changed after the
   * index was signed; the git repository `private/brook.git`, too.
   */
  readonly url: string;
  /** What `acme` wants to see, the one as well as the other. */
  readonly acmeKey: string;
  /** User and password that `private` wants to see. */
  readonly credentials: string;
  /** The git repository `brook.git` is below it, open to all. */
  readonly gitUrl: string;
  /** The same repository by SSH, from the first call on. */
  readonly ssh: () => Promise<SshServer>;
  /** The commit that its tag `v1.0.0` names; `main` is one further. */
  readonly tagged: string;
}

/**
 * @param image - one with Elixir and Hex, to make packages with
 * @param sources - directory of this module's own data
 * @param directory - made, and used until the end
 */
export async function openRemote(image: string, sources: string, directory: string): Promise<Remote> {
  await using scope = new AsyncDisposableStack();
  await mkdir(directory, { recursive: true });
  const repositories = await makeRepositories(image, sources, directory);
  const bare = path.join(directory, 'git/brook.git');
  const { tagged } = await makeGitRepository(path.join(sources, 'brook'), bare);
  await cp(bare, path.join(directory, 'private/brook.git'), { recursive: true });

  const tampered = path.join(directory, 'tampered/hexpm');
  await cp(path.join(directory, 'hexpm'), tampered, { recursive: true });
  await appendFile(path.join(tampered, 'tarballs/ripple-1.1.0.tar'), Buffer.alloc(512));

  // The same packages as those of an organization.
  await cp(path.join(directory, 'acme'), path.join(directory, 'hexpm/repos/acme'), { recursive: true });

  const acmeKey = 'key-of-acme-planted-1f2e3d';
  const credentials = 'reader:token-of-reader-planted-4c5b6a';
  const basic = `Basic ${Buffer.from(credentials).toString('base64')}`;
  const files = scope.use(
    await serveFiles(directory, {
      acme: acmeKey,
      'hexpm/repos/acme': acmeKey,
      api: acmeKey,
      private: basic,
      in: 'nobody',
    }),
  );
  const daemon = scope.use(await startGitDaemon(path.join(directory, 'git')));
  let ssh: Promise<SshServer> | undefined;
  scope.defer(async () => {
    await (await ssh?.catch(() => undefined))?.[Symbol.asyncDispose]();
  });
  const kept = scope.move();
  return {
    ssh: () => (ssh ??= startSshServer(bare, path.join(directory, 'ssh'))),
    repositories,
    url: files.url,
    acmeKey,
    credentials,
    gitUrl: daemon.url,
    tagged,
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}
