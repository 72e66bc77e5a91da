// The engine, the program that is measured, and what a build of it gives.
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { measure, temporary } from './measure.mjs';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
export const cli = path.join(root, 'dist/cli.mjs');
export const target = 'x86_64-unknown-linux-gnu';
export const base = 'hexpm/elixir:1.18.3-erlang-27.3.4.1-debian-trixie-20250929-slim';

export const docker = async (...args) => (await measure('docker', args)).output.trim();

/** Sees that a command is there, and installs its package of the distribution otherwise. */
export async function requireCommand(command, packageName) {
  const script = `command -v "$1" || { . script/env.sh; . script/apt.sh; apt_install "$2"; }; command -v "$1"`;
  await measure('bash', ['-c', script, 'bash', command, packageName], { cwd: root });
}

/** Removes the states of earlier builds, so that the next one is cold. */
export async function removeState() {
  const names = await docker('volume', 'ls', '--quiet', '--filter', 'label=mix-release.kind=state');
  for (const name of names.split('\n').filter(Boolean)) await docker('volume', 'rm', name);
}

/**
 * Builds a project with the command line, without state of the machine's own but what `removeState` left.
 *
 * @returns wall time and peak memory of the process, the one release of its result, and seconds by stage
 */
export async function tried(project, output, ...more) {
  const image = more.includes('--image') ? [] : ['--target', target, '--image', base];
  const args = [cli, 'build', project, ...image, '--output', output, '--json', ...more];
  const { seconds, peak, stdout } = await measure(process.execPath, args);
  const [release] = JSON.parse(stdout).releases;
  return { seconds, peak, release, stages: release.seconds };
}

/** The same without the smoke test: nobody runs what was built by hand, either. */
export const build = (project, output, ...more) => tried(project, output, '--smoke-test', 'off', ...more);

/** The builder image of the base image, which is made where it is missing. */
export async function builderImage() {
  const project = path.join(root, 'examples/nif');
  await temporary((output) => build(project, output));
  const planned = [cli, 'plan', project, '--target', target, '--image', base, '--json'];
  return JSON.parse((await measure(process.execPath, planned)).stdout).builder;
}

/** The environment of Mix as options of `mix-release` and of `docker run`, which call them the same. */
export const asOptions = (env) => Object.entries(env).flatMap(([name, value]) => ['--env', `${name}=${value}`]);
