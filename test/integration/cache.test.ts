import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { prepareStep, startAction, type Step } from '../support/action.js';
import { checkoutOf, git, temporary, type Temporary } from '../support/checkout.js';
import { buildRelease, TARGET, TRIXIE } from '../support/cli.js';
import { startResults, type ResultsServer } from '../rig/results/server.js';

const run = promisify(execFile);
const SECRET = 'planted-secret';
/** What the post step says when it was left to remove the state of the run. */
const REMOVED = /^removed mix-release-state-run-/m;
/** Puts credentials wherever a build may leave them. */
const PLANT = `set -eu
state=/build/state deps=/build/src/deps
mkdir -p "$state/hex/packages" "$deps/.ssh" "$state/rebar3" "$deps/fake/.git/logs"
for file in "$state/hex/hex.config" "$deps/.netrc" "$deps/.ssh/id_rsa" "$state/rebar3/hex.config" \\
  "$deps/fake/.git/FETCH_HEAD" "$deps/fake/.git/logs/HEAD"; do
  echo ${SECRET} >"$file"
done
echo kept >"$state/hex/packages/kept.tar"
printf '[remote "origin"]\\n\\turl = https://user:${SECRET}@example.com/x.git\\n[http]\\n\\textraheader = ${SECRET}\\n' >"$deps/fake/.git/config"
echo ${SECRET} >"$HOME/.netrc"
`;

/** Writes a file of the release while it is compiled. */
const WRITES = `defmodule Nif.Table do
  File.mkdir_p!("priv/made")
  File.write!("priv/made/table", "a table")
end
`;

let results: ResultsServer;
beforeAll(async () => {
  results = await startResults();
});
afterAll(() => results.stop());

/** A checkout of the project with a NIF that plants credentials before it is built. */
async function checkout(): Promise<Temporary> {
  const made = await checkoutOf('examples/nif');
  await mkdir(path.join(made.path, 'ci'));
  await writeFile(path.join(made.path, 'ci/plant.sh'), PLANT);
  await writeFile(path.join(made.path, 'lib/table.ex'), WRITES);
  await git(made.path, 'add', '--all');
  return made;
}

interface StepRun {
  readonly step: Step;
  readonly outputs: Readonly<Record<string, string>>;
  readonly log: string;
}

/** Main and post steps on a fresh runner. */
async function runStep(
  workspace: string,
  inputs: Readonly<Record<string, string>> = {},
  env: Readonly<Record<string, string>> = {},
): Promise<StepRun> {
  await using runner = await temporary();
  // The client takes the place of the archive for part of its name.
  const step = await prepareStep(runner.path, workspace);
  const service = { ...results.env(), RUNNER_TEMP: path.join(shared.path, 'temp'), ...env };
  const given = { target: TARGET, image: TRIXIE, artifact: 'false', cookie: 'strip', 'before-release': 'ci/plant.sh' };
  const proof = { audit: 'off', 'smoke-test': 'off' };
  const main = await startAction('main', step, { ...given, ...proof, ...inputs }, service).ended;
  const state = Object.entries(await step.state()).map(([name, value]) => [`STATE_${name}`, value] as const);
  const post = await startAction('post', step, {}, { ...service, ...Object.fromEntries(state) }).ended;
  const log = main.stdout + main.stderr + post.stdout + post.stderr;
  if (main.status !== 0 || post.status !== 0) throw new Error(log);
  return { step, outputs: await step.outputs(), log };
}

let shared: Temporary;
beforeAll(async () => {
  shared = await temporary();
  await mkdir(path.join(shared.path, 'temp'));
});
afterAll(async () => {
  await shared[Symbol.asyncDispose]();
});

/** The same content with one digit changed: equal size, and an old time. */
async function changeOneByte(file: string, from: string, to: string): Promise<void> {
  const before = await readFile(file, 'utf8');
  if (!before.includes(from) || from.length !== to.length) throw new Error(`${file} has no ${from}`);
  const { mtime } = await stat(file);
  await writeFile(file, before.replace(from, to));
  await utimes(file, mtime, mtime);
}

/** What a build gives that knows nothing of earlier ones, from a checkout elsewhere. */
async function cleanDigest(workspace: string): Promise<string> {
  await using output = await temporary();
  const args = [workspace, '--image', TRIXIE, '--cookie', 'strip', '--cache', 'false', '--audit', 'off'];
  return (await buildRelease([...args, '--output', output.path, '--before-release', 'ci/plant.sh'])).sha256;
}

describe('the cache of the action', () => {
  it('brings the state of an earlier run back; the result is that of a clean build; no credential is in it', async () => {
    await using project = await checkout();
    const first = await runStep(project.path);
    expect(first.outputs['cache-hit']).toBe('false');
    expect(first.log).toContain('saved the build cache as mix-release-2-');
    const [cache, ...more] = results.caches();
    expect(more).toEqual([]);
    if (!cache) throw new Error(first.log);

    // What the client packed, unpacked twice.
    await using place = await temporary();
    await writeFile(path.join(place.path, 'cache.tzst'), await results.cacheContent(cache));
    const unpack = 'tar --zstd -xPf cache.tzst --transform="s,.*/,," && zstd -qd state.tar.zst && tar xf state.tar';
    await run('sh', ['-c', unpack], { cwd: place.path });
    const listed = (await run('tar', ['tf', 'state.tar'], { cwd: place.path })).stdout;
    expect(listed).toContain('build/state/hex/packages/kept.tar');
    expect(listed).toMatch(/build\/src\/_build\/prod\/lib\/nif\/ebin\/.*\.beam/);
    // What compilation wrote below the sources, and no source.
    expect(listed).toContain('build/src/priv/made/table');
    expect(listed).not.toMatch(/src\/(?:mix\.exs|lib\/nif\.ex|\.git\/)/);
    expect(listed).not.toMatch(/hex\.config|netrc|\.ssh|FETCH_HEAD|\/rel\//);
    expect(await readFile(path.join(place.path, 'build/src/deps/fake/.git/config'), 'utf8')).toContain(
      'https://example.com',
    );
    expect((await readFile(path.join(place.path, 'state.tar'))).includes(SECRET)).toBe(false);

    await changeOneByte(path.join(project.path, 'lib/nif.ex'), 'case: :lower', 'case: :upper');
    const second = await runStep(project.path);
    expect(second.outputs['cache-hit']).toBe('true');
    expect(second.outputs.sha256).toBe(await cleanDigest(project.path));
    expect(second.outputs.sha256).not.toBe(first.outputs.sha256);
    expect(results.caches()).toHaveLength(1);
    // State that is saved goes when that is done, and any other with its container.
    expect(first.log).toMatch(REMOVED);
    expect(second.log).not.toMatch(REMOVED);
  });

  it('uses of a state with another configuration what that does not concern', async () => {
    await using project = await checkout();
    await mkdir(path.join(project.path, 'config'));
    await writeFile(path.join(project.path, 'config/config.exs'), 'import Config\nconfig :nif, answer: 1\n');
    const { outputs, log } = await runStep(project.path);
    expect(outputs['cache-hit']).toBe('false');
    expect(log).toContain('is of another lock, configuration or mix.exs');
    expect(outputs.sha256).toBe(await cleanDigest(project.path));
  });

  it('throws a state away that breaks off, with the result of a clean build', async () => {
    await using project = await checkout();
    const inputs = { 'cache-key-suffix': 'broken' };
    const before = results.caches().length;
    await runStep(project.path, inputs);
    const cache = results.caches()[before];
    if (!cache) throw new Error('nothing was saved');
    await using place = await temporary();
    await writeFile(path.join(place.path, 'whole'), await results.cacheContent(cache));
    // Half of our archive, under the name that the client knows it by.
    const halve = [
      'name=$(tar --zstd -tPf whole) && tar --zstd -xPOf whole >state',
      'truncate --size=$(($(stat --format=%s state) / 2)) state',
      'tar --zstd -cPf half --transform="s,^state$,$name," state',
    ];
    await run('sh', ['-euc', halve.join('\n')], { cwd: place.path });
    await results.spoilCache(cache, await readFile(path.join(place.path, 'half')));
    const { outputs, log } = await runStep(project.path, inputs);
    expect(log).toMatch(/the build cache mix-release-2-\S+ was discarded: /);
    expect(outputs['cache-hit']).toBe('false');
    expect(outputs.sha256).toBe(await cleanDigest(project.path));
  });

  it('is not written by a run that may only read, which is no warning', async () => {
    await using project = await checkout();
    const before = results.caches().length;
    const { log } = await runStep(project.path, { 'cache-key-suffix': 'fork' }, { ACTIONS_CACHE_MODE: 'read' });
    expect(log).toContain('the cache is not written: this run may not (mode read)');
    expect(log).not.toContain('::warning::');
    expect(results.caches()).toHaveLength(before);
  });

  it('does not keep a build from its result when the service is out of order', async () => {
    await using project = await checkout();
    for (const method of ['GetCacheEntryDownloadURL', 'CreateCacheEntry'] as const)
      results.fail({ method, status: 403 });
    const { outputs, log } = await runStep(project.path, { 'cache-key-suffix': 'out' });
    expect(outputs.tarball).toMatch(/\.tar\.gz$/);
    expect(log).toContain('::warning::');
  });

  it('is left alone with cache: false', async () => {
    await using project = await checkout();
    const before = results.requests().length;
    const { outputs, log } = await runStep(project.path, { cache: 'false' });
    expect(outputs['cache-hit']).toBe('');
    expect(log).not.toMatch(REMOVED);
    expect(results.requests()).toHaveLength(before);
  });
});
