import { copyFile, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { openNetwork } from '../conformance/workshop.js';
import type { Remote } from '../conformance/hex/remote.js';
import { esbuildPackages, writeNpmRegistry } from '../rig/npm/registry.js';
import { checkoutOf, git, type Temporary } from './checkout.js';
import { ROOT } from './cli.js';
import { docker } from './engine.js';
import { until } from '../conformance/rig/host.js';
import { ended } from './machine.js';

const PHOENIX_SHAPED = 'test/fixtures/phoenix_shaped';

/** What config/runtime.exs of the project insists on. */
export const VARIABLES: Readonly<Record<string, string>> = {
  SECRET_KEY_BASE: 'for-the-smoke-test-alone-for-the-smoke-test-alone-for-the-smoke-test',
  DATABASE_URL: 'ecto://nobody:nothing@127.0.0.1/none',
  PHX_HOST: 'localhost',
};

/** The registries that the Phoenix-shaped project takes packages from, and how a build is given them. */
export interface PhoenixRegistries extends AsyncDisposable {
  readonly remote: Remote;
  /** Commands for `before-build`: where the packages of hex.pm are. */
  readonly beforeBuild: string;
  /** A line of `env`: where the packages of npm are. */
  readonly npm: string;
  /** A line of `hex-repositories`, with the key of the private one. */
  readonly hexRepositories: string;
  /** Writes the lock, the key of the repositories and further dependencies into a copy of the project. */
  complete(project: string, dependencies?: readonly Dependency[]): Promise<void>;
  /** A git checkout of the project, with all of these. */
  checkout(dependencies?: readonly Dependency[]): Promise<Temporary>;
}

/** A package that a project takes in addition. */
export interface Dependency {
  readonly name: string;
  readonly version: string;
}

export async function openPhoenixRegistries(): Promise<PhoenixRegistries> {
  await using scope = new AsyncDisposableStack();
  const remote = await scope.use(await openNetwork()).remote();
  const { url, acmeKey, repositories } = remote;
  const packages = await esbuildPackages(path.join(ROOT, PHOENIX_SHAPED, 'assets/package-lock.json'));
  await writeNpmRegistry(path.join(repositories.directory, 'npm'), `${url}/npm`, packages);
  const kept = scope.move();
  return {
    remote,
    beforeBuild: `mix hex.repo set hexpm --url ${url}/hexpm --public-key public_key`,
    npm: `NPM_CONFIG_REGISTRY=${url}/npm`,
    hexRepositories: `acme ${url}/acme --public-key public_key --auth-key ${acmeKey}`,
    complete: (project, dependencies = []) => completeProject(project, remote, dependencies),
    checkout: async (dependencies = []) => {
      const made = await checkoutOf(PHOENIX_SHAPED);
      await completeProject(made.path, remote, dependencies);
      await commit(made.path, 'Lock');
      return made;
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

async function completeProject(
  project: string,
  { repositories }: Remote,
  dependencies: readonly Dependency[],
): Promise<void> {
  const more = dependencies.map(({ name, version }) => `{:${name}, "${version}"},\n      `).join('');
  await edit(path.join(project, 'mix.exs'), '{:lagoon,', (line) => `${more}${line}`);
  const locked = [
    ...dependencies.map(({ name, version }) => repositories.lockLine(name, version, ['mix'])),
    repositories.lockLine('lagoon', '1.0.0', ['mix']),
    repositories.lockLine('ripple', '1.0.0', ['mix']),
    repositories.lockLine('strand', '1.0.0', ['mix'], 'acme'),
  ];
  await writeFile(path.join(project, 'mix.lock'), `%{\n${(await Promise.all(locked)).join('\n')}\n}\n`);
  await writeFile(path.join(project, 'public_key'), repositories.publicKey);
}

const UMBRELLA = `defmodule Shop.Umbrella.MixProject do
  use Mix.Project

  def project do
    [apps_path: "apps", deps: [], releases: [shop: [version: "0.1.0", applications: [shop: :permanent]]]]
  end
end
`;

/** Moves the project to `apps/shop` of an umbrella, with lock, configuration and dependencies at the root, as Phoenix has it. */
export async function intoUmbrella(checkout: string): Promise<void> {
  const child = path.join(checkout, 'apps/shop');
  await mkdir(child, { recursive: true });
  for (const name of ['mix.exs', 'lib', 'assets', 'priv'])
    await rename(path.join(checkout, name), path.join(child, name));
  await writeFile(path.join(checkout, 'mix.exs'), UMBRELLA);
  await rename(path.join(checkout, '.gitignore'), path.join(child, '.gitignore'));
  await writeFile(path.join(checkout, '.gitignore'), '/_build/\n/deps/\n');
  await edit(path.join(child, 'mix.exs'), 'elixir: "~> 1.14",', (line) =>
    [
      line,
      'build_path: "../../_build", config_path: "../../config/config.exs",',
      'deps_path: "../../deps", lockfile: "../../mix.lock",',
    ].join('\n      '),
  );
  // Names of files in options are relative to the project, which may be the child.
  await copyFile(path.join(checkout, 'public_key'), path.join(child, 'public_key'));
  await edit(path.join(checkout, 'config/config.exs'), '"../assets"', () => '"../apps/shop/assets"');
  await commit(checkout, 'Umbrella');
}

async function edit(file: string, from: string, to: (found: string) => string): Promise<void> {
  const text = await readFile(file, 'utf8');
  if (!text.includes(from)) throw new Error(`${file} has no ${from}`);
  await writeFile(file, text.replace(from, to));
}

async function commit(checkout: string, message: string): Promise<void> {
  await git(checkout, 'add', '--all');
  await git(checkout, '-c', 'user.name=Test', '-c', 'user.email=test@example.com', 'commit', '--quiet', '-m', message);
}

/** A machine that runs a release of the project and serves it to this one. */
export interface Site extends AsyncDisposable {
  /** The body of what it serves by HTTP; waits until it listens, and fails after some seconds with its log. */
  get(pathname: string): Promise<string>;
  /** What the running node prints for an expression. */
  rpc(expression: string): Promise<string>;
}

/**
 * Starts a release in a container of a clean image, with the variables that it wants.
 *
 * @param bin - the release's program there
 * @param put - puts the release into the container, by its identifier
 */
export async function siteOf(image: string, bin: string, put: (id: string) => Promise<unknown>): Promise<Site> {
  await using scope = new AsyncDisposableStack();
  const variables = { ...VARIABLES, PHX_SERVER: 'true', RELEASE_TMP: '/tmp/shop', HOME: '/tmp', LANG: 'C.UTF-8' };
  const container = await docker.createContainer({ Image: image, Cmd: ['sleep', '600'], HostConfig: { Init: true } });
  scope.defer(async () => {
    await container.remove({ force: true, v: true });
  });
  await container.start();
  await put(container.id);
  const pairs = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
  const start = await container.exec({ Cmd: ['sh', '-c', 'exec "$0" start >/tmp/log 2>&1', bin], Env: pairs });
  (await start.start({ Detach: true })).resume();
  const { NetworkSettings } = await container.inspect();
  const address = NetworkSettings.Networks.bridge?.IPAddress ?? '';
  const kept = scope.move();
  return {
    get: async (pathname) => {
      let body = '';
      const fetched = async (): Promise<boolean> => {
        const response = await fetch(`http://${address}:4000${pathname}`).catch(() => undefined);
        body = (await response?.text()) ?? '';
        return response?.ok === true;
      };
      await until(fetched, `answer of ${pathname}`, 30).catch(async (error: unknown) => {
        const { output } = await ended('docker', ['exec', container.id, 'cat', '/tmp/log']);
        throw new Error(output, { cause: error });
      });
      return body;
    },
    rpc: async (expression) => {
      const env = pairs.flatMap((pair) => ['--env', pair]);
      return (await ended('docker', ['exec', ...env, container.id, bin, 'rpc', expression])).output;
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

/** The digested script that a page of the project names, and what it holds. */
export async function pageAndScript(site: Site): Promise<{ readonly page: string; readonly script: string }> {
  const page = await site.get('/');
  const [, source = ''] = /src="(\/assets\/js\/app-[0-9a-f]{32}\.js)"/.exec(page) ?? [];
  if (source === '') throw new Error(`the page names no digested script: ${page}`);
  return { page, script: await site.get(source) };
}
