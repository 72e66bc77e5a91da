// A generated project: 300 modules, 20 packages from a package repository with 8 modules each, and a NIF in C that a
// Makefile builds. Its packages are made by Hex itself, and served on the network of the containers.
import { generateKeyPairSync } from 'node:crypto';
import { cp, mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import path from 'node:path';
import Docker from 'dockerode';
import { hostAddress } from '../support/host-address.ts';
import { docker, root } from './engine.mjs';
import { applicationText, moduleText, packageMix, pad, projectMix } from './modules.mjs';

const MODULES = 300;
const PACKAGES = Array.from({ length: 20 }, (_, index) => `package_${pad(index + 1, 2)}`);
const MODULES_EACH = 8;

const camelized = (app) => app.replaceAll(/(?:^|_)(.)/g, (_, first) => first.toUpperCase());

async function write(file, text) {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, text);
}

async function writeModules(directory, prefix, count) {
  for (let index = 1; index <= count; index += 1) {
    const neighbour = index === 1 ? undefined : `${prefix}.M${pad(index - 1)}`;
    await write(path.join(directory, `lib/m${pad(index)}.ex`), moduleText(prefix, index, neighbour));
  }
}

/** The project's own files, without mix.lock; the C code, its Makefile and the compiler are those of examples/nif. */
async function writeProject(directory) {
  const example = path.join(root, 'examples/nif');
  const renamed = (text) => text.replaceAll('Nif.Native', 'Bench.Native').replaceAll(':nif |>', ':bench |>');
  await writeModules(directory, 'Bench', MODULES);
  await cp(path.join(example, 'Makefile'), path.join(directory, 'Makefile'));
  for (const [from, to] of [
    ['c_src/nif.c', 'c_src/nif.c'],
    ['lib/nif/native.ex', 'lib/native.ex'],
  ]) {
    await write(path.join(directory, to), renamed(await readFile(path.join(example, from), 'utf8')));
  }
  const [compiler] = (await readFile(path.join(example, 'mix.exs'), 'utf8')).split('defmodule Nif.MixProject');
  await write(path.join(directory, 'mix.exs'), projectMix(compiler, PACKAGES));
  const used = PACKAGES.map((app) => `${camelized(app)}.M${pad(MODULES_EACH)}.mark()`).join(', ');
  await write(path.join(directory, 'lib/application.ex'), applicationText(`[${used}]`));
  await write(path.join(directory, 'config/config.exs'), 'import Config\nconfig :logger, level: :info\n');
  await write(path.join(directory, '.gitignore'), '/_build/\n/deps/\n');
}

/** Runs a script in a container of an image, with a directory as its /work. */
const inContainer = (image, directory, script, ...options) =>
  docker('run', '--rm', '--user', '0', '--volume', `${directory}:/work`, ...options, image, 'sh', '-euc', script);

/** Makes the repository of packages by Hex itself. */
async function makePackages(image, directory) {
  for (const app of PACKAGES) {
    const place = path.join(directory, 'in', app);
    await write(path.join(place, 'mix.exs'), packageMix(app, camelized(app)));
    await writeModules(place, camelized(app), MODULES_EACH);
  }
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  await write(path.join(directory, 'key.pem'), privateKey.export({ type: 'pkcs1', format: 'pem' }));
  const script = `export HOME=/tmp MIX_ENV=prod; cd /work; mkdir -p hexpm/tarballs
    for app in in/*; do (cd "$app"; mix hex.build --output "/work/hexpm/tarballs/\${app#in/}-1.0.0.tar"); done
    mix hex.registry build hexpm --name=hexpm --private-key=key.pem`;
  await inContainer(image, directory, script, '--network', 'none');
}

/** Serves files where containers reach them: `http://HOST:PORT`, and how to end it. */
async function serve(directory) {
  const host = await hostAddress(new Docker());
  const server = createServer((request, response) => {
    const name = path.posix.normalize(new URL(request.url, 'http://files').pathname);
    readFile(path.join(directory, name)).then(
      (content) => response.writeHead(200, { 'content-length': content.length }).end(content),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise((resolve, reject) => server.once('error', reject).listen(0, host, resolve));
  const stop = () => new Promise((resolve) => (server.close(resolve), server.closeAllConnections()));
  return { url: `http://${host}:${String(server.address().port)}`, stop };
}

/**
 * Makes the project below a directory, with its mix.lock and the repository that its packages come from.
 *
 * @param image - one with Elixir and Hex
 * @returns `env`: what Mix has to have in its environment to find the packages; `stop` ends the repository
 */
export async function generatedProject(image, directory) {
  const project = path.join(directory, 'bench');
  const packages = path.join(directory, 'packages');
  await writeProject(project);
  await makePackages(image, packages);
  const { url, stop } = await serve(packages);
  // The repository's key is not that of hex.pm; that its packages are the ones of mix.lock is checked all the same.
  const env = { HEX_MIRROR: `${url}/hexpm`, HEX_UNSAFE_REGISTRY: '1' };
  try {
    const variables = Object.entries(env).flatMap(([name, value]) => ['--env', `${name}=${value}`]);
    await inContainer(image, project, 'export HOME=/tmp MIX_DEPS_PATH=/tmp/deps; cd /work; mix deps.get', ...variables);
    const locked = (await readFile(path.join(project, 'mix.lock'), 'utf8')).match(/:hex, /g)?.length;
    if (locked !== PACKAGES.length) throw new Error(`mix.lock has ${String(locked)} packages`);
    const modules = (await readdir(path.join(project, 'lib'))).filter((name) => /^m\d/.test(name));
    if (modules.length !== MODULES) throw new Error(`the project has ${String(modules.length)} modules`);
  } catch (error) {
    await stop();
    throw error;
  }
  return { name: 'bench', project, changed: 'lib/m150.ex', module: 'Elixir.Bench.M150', env, stop };
}
