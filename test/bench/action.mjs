// The action as a runner runs it: main and post steps from dist/, with a results service in place of GitHub's.
import { build as bundle } from 'esbuild';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { base, root, target } from './engine.mjs';
import { measure } from './measure.mjs';

/** Starts the results service of the tests, which is TypeScript and looks for its parts beside itself. */
export async function startResults() {
  const rig = path.join(root, 'test/rig/results');
  await mkdir(path.join(root, '.cache'), { recursive: true });
  const place = await mkdtemp(path.join(root, '.cache/bench-'));
  try {
    const outfile = path.join(place, 'server.mjs');
    await bundle({
      entryPoints: [path.join(rig, 'server.ts')],
      outfile,
      ...{ bundle: true, packages: 'external', platform: 'node', format: 'esm', target: 'node24' },
      define: { 'import.meta.dirname': JSON.stringify(rig) },
      logLevel: 'warning',
    });
    return await (await import(pathToFileURL(outfile).href)).startResults();
  } finally {
    await rm(place, { recursive: true, force: true });
  }
}

const FILES = { GITHUB_OUTPUT: 'output', GITHUB_STATE: 'state', GITHUB_ENV: 'env', GITHUB_STEP_SUMMARY: 'summary' };

/**
 * Runs both steps on a runner that has nothing but the builder image.
 *
 * @param directory - the runner's, made here; its `temp` is part of what a cache is found by
 * @returns wall time of both processes, seconds by stage (of the log, to a tenth) and of both steps, outputs, the log
 */
export async function runAction(project, checkout, directory, results) {
  await rm(directory, { recursive: true, force: true });
  await mkdir(path.join(directory, 'temp'), { recursive: true });
  const files = Object.fromEntries(Object.entries(FILES).map(([name, file]) => [name, path.join(directory, file)]));
  for (const file of Object.values(files)) await writeFile(file, '');
  const { PATH, HOME, DOCKER_HOST } = process.env;
  const env = {
    ...{ PATH, HOME, ...(DOCKER_HOST && { DOCKER_HOST }) },
    ...{ ...files, RUNNER_TEMP: path.join(directory, 'temp'), GITHUB_WORKSPACE: checkout, GITHUB_ACTIONS: 'true' },
    ...results.env(),
  };
  const variables = Object.entries(project.env).map(([name, value]) => `${name}=${value}`);
  const inputs = { target, image: base, artifact: 'false', 'smoke-test': 'off', env: variables.join('\n') };
  const main = await step('main', { ...env, ...prefixed('INPUT_', inputs, (name) => name.toUpperCase()) });
  const state = commands(await readFile(files.GITHUB_STATE, 'utf8'));
  const post = await step('post', { ...env, ...prefixed('STATE_', state, (name) => name) });
  const log = main.output + post.output;
  const stages = [...main.output.matchAll(/^([a-z-]+): ([\d.]+) s\b/gm)].map(([, name, took]) => [name, Number(took)]);
  return {
    seconds: main.seconds + post.seconds,
    stages: { ...Object.fromEntries(stages), '(main)': main.seconds, '(post)': post.seconds },
    outputs: commands(await readFile(files.GITHUB_OUTPUT, 'utf8')),
    log,
  };
}

const step = (name, env) => measure(process.execPath, [path.join(root, `dist/${name}.mjs`)], { env, cwd: root });

const prefixed = (prefix, values, spell) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [`${prefix}${spell(name)}`, value]));

/** The runner's file format: `name<<delimiter`, lines, `delimiter`. */
function commands(text) {
  const entries = text.matchAll(/^(?<name>[^\n]+?)<<(?<end>[^\n]+)\n(?<value>[^]*?)\n?\k<end>$/gm);
  return Object.fromEntries([...entries].map(({ groups }) => [groups.name, groups.value]));
}
