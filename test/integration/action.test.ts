import { readFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { prepareStep, runPost, startAction, type Step } from '../support/action.js';
import { DEFAULT, TARGET } from '../support/cli.js';
import { checkoutOf, fingerprint, temporary, type Temporary } from '../support/checkout.js';
import { noContainerWithin, ours } from '../support/engine.js';
import { startResults, type ResultsServer } from '../rig/results/server.js';

const NAME = `hello-0.1.0-${TARGET}`;

let workspace: Temporary;
let runner: Temporary;
let results: ResultsServer;
let step: Step;
let steps: Step[];

/** The files of one more step in this job; its post step runs after the test. */
async function newStep(checkout: string): Promise<Step> {
  const made = await prepareStep(path.join(runner.path, String(steps.length)), checkout);
  steps.push(made);
  return made;
}

beforeEach(async () => {
  workspace = await checkoutOf('examples/hello');
  runner = await temporary();
  results = await startResults();
  steps = [];
  step = await newStep(workspace.path);
});
afterEach(async () => {
  for (const each of steps) await runPost(each);
  await results.stop();
  await workspace[Symbol.asyncDispose]();
  await runner[Symbol.asyncDispose]();
});
afterAll(() => noContainerWithin(7));

const output = (): string => path.join(runner.path, 'out');
const inputs = (more: Readonly<Record<string, string>> = {}): Record<string, string> => ({
  target: TARGET,
  'working-directory': '.',
  'mix-env': 'prod',
  output: output(),
  'smoke-test': 'off',
  artifact: 'true',
  'compression-level': '0',
  overwrite: 'false',
  ...more,
});

describe('the bundles, run as a runner runs them', () => {
  it('build, publish the tarball bit for bit, set every output, and post removes the rest', async () => {
    const before = await fingerprint(workspace.path);
    const requested = inputs({ 'retention-days': '3', 'smoke-test': 'boot' });
    const { status, stdout } = await startAction('main', step, requested, results.env()).ended;
    expect({ status, errors: stdout.match(/^::error.*$/gm) }).toEqual({ status: 0, errors: null });

    const outputs = await step.outputs();
    const tarball = path.join(output(), `${NAME}.tar.gz`);
    expect(outputs).toMatchObject({
      tarball,
      'release-name': 'hello',
      'release-version': '0.1.0',
      target: TARGET,
      image: DEFAULT,
      'error-code': '',
    });
    expect(outputs['otp-version']).toMatch(/^27\./);
    expect(outputs['elixir-version']).toMatch(/^1\.18\./);
    expect(outputs['erts-version']).toMatch(/^15\./);
    expect(outputs['image-digest']).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(outputs['glibc-floor']).toMatch(/^2\.\d+$/);
    expect(outputs['runtime-libraries']?.split(' ')).toContain('libtinfo.so.6');
    expect(JSON.parse(outputs['runtime-packages'] ?? '')).toMatchObject({
      debian: expect.arrayContaining(['libtinfo6']) as unknown,
      alpine: [],
    });
    expect(outputs['audit-report']).toBe(path.join(output(), `${NAME}.audit.json`));
    expect(await readFile(`${tarball}.sha256`, 'utf8')).toBe(`${outputs.sha256 ?? ''}  ${NAME}.tar.gz\n`);
    expect(await fingerprint(workspace.path)).toBe(before);

    const [artifact] = results.artifacts();
    expect(artifact).toMatchObject({ name: NAME, finalized: true, id: Number(outputs['artifact-id']) });
    expect(artifact?.digest).toBe(`sha256:${outputs['artifact-digest'] ?? ''}`);
    expect(outputs['artifact-url']).toMatch(
      new RegExp(`/octo/hello/actions/runs/1/artifacts/${outputs['artifact-id'] ?? ''}$`),
    );
    const days = ((artifact?.expiresAt?.getTime() ?? 0) - (artifact?.createdAt.getTime() ?? 0)) / 86_400_000;
    expect(days).toBeCloseTo(3, 1);
    await using downloaded = await temporary();
    await results.downloadTo(NAME, downloaded.path);
    expect((await readdir(downloaded.path)).sort()).toEqual([
      `${NAME}.cdx.json`,
      `${NAME}.json`,
      `${NAME}.tar.gz`,
      `${NAME}.tar.gz.sha256`,
    ]);
    const [there, here] = await Promise.all([
      readFile(path.join(downloaded.path, `${NAME}.tar.gz`)),
      readFile(tarball),
    ]);
    expect(there.equals(here)).toBe(true);

    const left = await ours();
    expect(left.containers).toEqual([]);
    expect(left.volumes.filter((name) => name.includes('run-'))).toHaveLength(1);
    expect((await runPost(step)).status).toBe(0);
    expect((await ours()).volumes.filter((name) => name.includes('run-'))).toEqual([]);
  });

  it('build every release that was named, one artifact each, with one line an output', async () => {
    await using umbrella = await checkoutOf('test/fixtures/umbrella');
    const there = await newStep(umbrella.path);
    const args = inputs({ release: 'front\nback', artifact: 'true' });
    expect((await startAction('main', there, args, results.env()).ended).status).toBe(0);
    expect((await there.outputs())['release-name']).toBe('front\nback');
    expect((await there.outputs())['artifact-id']?.split('\n')).toHaveLength(2);
    expect(results.artifacts().map(({ name }) => name)).toEqual([
      `front-1.0.0-${TARGET}`,
      `back-1.1.0+build.5-${TARGET}`,
    ]);
  });

  it('upload under the name that was asked for, and nothing with artifact: false', async () => {
    const args = inputs({ 'artifact-name': 'my release' });
    expect((await startAction('main', step, args, results.env()).ended).status).toBe(0);
    expect(results.artifacts().map(({ name }) => name)).toEqual(['my release']);
    const second = await newStep(workspace.path);
    const without = await startAction('main', second, inputs({ artifact: 'false' })).ended;
    expect(without.status).toBe(0);
    expect(await second.outputs()).toMatchObject({ 'artifact-id': '', 'artifact-url': '', 'artifact-digest': '' });
    expect(results.artifacts()).toHaveLength(1);
  });
});

describe('publishing that fails', () => {
  it('because the run has an artifact of that name: says so, and overwrite replaces it', async () => {
    const first = await startAction('main', step, inputs(), results.env()).ended;
    expect(first.status).toBe(0);
    const second = await newStep(workspace.path);
    const again = await startAction('main', second, inputs(), results.env()).ended;
    expect(again.status).toBe(8);
    expect(again.stdout).toMatch(/^::error::.*already has an artifact 'hello-0\.1\.0-x86_64-unknown-linux-gnu'/m);
    const outputs = await second.outputs();
    expect(outputs['error-code']).toBe('artifact-exists');
    expect(outputs.tarball).toBe(path.join(output(), `${NAME}.tar.gz`));
    // The tarball itself is not lost.
    expect(await readdir(output())).toContain(`${NAME}.tar.gz`);
    const third = await newStep(workspace.path);
    const replaced = await startAction('main', third, inputs({ overwrite: 'true' }), results.env()).ended;
    expect(replaced.status).toBe(0);
    expect(results.artifacts().filter(({ finalized }) => finalized)).toHaveLength(1);
  });

  it('twice with a 500 and then does not: the upload succeeds', async () => {
    results.fail({ method: 'CreateArtifact', status: 500, times: 2 });
    expect((await startAction('main', step, inputs(), results.env()).ended).status).toBe(0);
    expect(results.artifacts()).toHaveLength(1);
  });

  it('because the token is refused: error code, exit status 8, and the tarball stays', async () => {
    results.refuseToken(401);
    const { status, stdout } = await startAction('main', step, inputs(), results.env()).ended;
    expect(status).toBe(8);
    expect(stdout).toMatch(/^::error::.*was not uploaded/m);
    expect((await step.outputs())['error-code']).toBe('artifact-failed');
    expect(await readdir(output())).toContain(`${NAME}.tar.gz`);
  });

  it('because there is no artifact service: before anything is built', async () => {
    const { status, stdout } = await startAction('main', step, inputs()).ended;
    expect(status).toBe(2);
    expect(stdout).toMatch(/^::error::.*no artifact service here/m);
    expect((await step.outputs())['error-code']).toBe('artifact-outside-actions');
    expect(stdout).not.toContain('::group::');
  });
});

describe('what compilers find', () => {
  it('is annotated on the files of the repository, without what a dependency has, and the log stays short', async () => {
    await using project = await checkoutOf('test/fixtures/diagnosed');
    const there = await newStep(project.path);
    const { status, stdout } = await startAction('main', there, inputs({ artifact: 'false' })).ended;
    expect(status).toBe(0);
    expect(
      heardByRunner(stdout).flatMap((line) => /^::(?:warning|error) file=([^:]*)::/.exec(line)?.[1] ?? []),
    ).toEqual([
      'apps/alpha/c_src/native.c,line=2,col=7',
      'apps/alpha/lib/shared.ex,line=4,col=11',
      'apps/alpha/lib/shared.ex,line=5,col=19',
      'apps/alpha/src/alpha_erl.erl,line=5,col=5',
      'apps/beta/lib/shared.ex,line=5,col=5',
    ]);
    expect(stdout).toContain('::group::compile');
    expect(stdout).not.toContain('Compiling 1 file');
  });
});

describe('a server without this kind of artifacts', () => {
  it.each([
    ['Gitea', { GITEA_ACTIONS: 'true' }],
    ['GitHub Enterprise Server', { GITHUB_SERVER_URL: 'https://git.example.com' }],
  ])('%s is recognised before anything is built, and needs artifact: false', async (name, server) => {
    const { status, stdout } = await startAction('main', step, inputs(), { ...results.env(), ...server }).ended;
    expect([status, (await step.outputs())['error-code']]).toEqual([2, 'artifact-server-unsupported']);
    expect(stdout).toMatch(new RegExp(`^::error::.*${name} runs this workflow.*artifact: false`, 'm'));
    expect(stdout).not.toContain('::group::');
    const second = await newStep(workspace.path);
    const without = await startAction('main', second, inputs({ artifact: 'false' }), server).ended;
    expect([without.status, (await second.outputs()).tarball]).toEqual([0, path.join(output(), `${NAME}.tar.gz`)]);
  });
});

describe('a build that fails or is cancelled', () => {
  it('sets error-code, prints one error, and takes no commands from what the build prints', async () => {
    await using broken = await checkoutOf('test/fixtures/broken');
    const evil = 'IO.puts("::set-env name=EVIL::1")\nIO.puts("::error::not ours")\n';
    await writeFile(path.join(broken.path, 'lib/aaa.ex'), evil);
    const there = await newStep(broken.path);
    const { status, stdout } = await startAction('main', there, inputs(), results.env()).ended;
    expect(status).toBe(5);
    expect((await there.outputs())['error-code']).toBe('compile-failed');
    const heard = heardByRunner(stdout);
    expect(heard.filter((line) => line.startsWith('::error::'))).toHaveLength(1);
    expect(heard.filter((line) => line.startsWith('::error file'))).toEqual([
      expect.stringMatching(/^::error file=lib\/broken\.ex,line=5(,col=5)?::undefined variable/),
    ]);
    expect(heard.filter((line) => line.includes('EVIL'))).toEqual([]);
    // It is in the log, and no command any more.
    expect(stdout).toContain(': :set-env name=EVIL::1');
    expect(stdout).toMatch(/lib\/broken\.ex:5/);
  });

  it('by SIGKILL: post removes what main left', async () => {
    await writeFile(path.join(workspace.path, 'lib/slow.ex'), 'IO.puts("compiling slowly")\nProcess.sleep(60_000)\n');
    const env = { ...results.env(), RUNNER_DEBUG: '1' };
    const { child, printed, ended } = startAction('main', step, inputs(), env);
    await printed('compiling slowly');
    child.kill('SIGKILL');
    await ended;
    const { status, stdout } = await runPost(step);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^removed mix-release-state-run-/m);
    const left = await ours();
    expect(left.containers).toEqual([]);
    expect(left.volumes.filter((name) => name.includes('run-'))).toEqual([]);
  });

  it('by SIGINT, as the runner cancels: error-code cancelled, one error that the runner hears, nothing published', async () => {
    const chatty = 'IO.puts("compiling slowly")\nfor _ <- 1..9_000_000, do: IO.puts("tick")\n';
    await writeFile(path.join(workspace.path, 'lib/slow.ex'), chatty);
    const env = { ...results.env(), RUNNER_DEBUG: '1' };
    const { child, printed, ended } = startAction('main', step, inputs(), env);
    await printed('compiling slowly');
    child.kill('SIGINT');
    const { status, stdout } = await ended;
    expect(status).toBe(130);
    expect((await step.outputs())['error-code']).toBe('cancelled');
    expect(heardByRunner(stdout).filter((line) => line.startsWith('::error'))).toHaveLength(1);
    expect(results.artifacts()).toEqual([]);
  });

  it('post without anything from main does nothing and succeeds', async () => {
    const { status, stdout } = await runPost(step);
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
  });
});

/** The lines that a runner takes commands from: none between `::stop-commands::TOKEN` and `::TOKEN::`. */
function heardByRunner(stdout: string): readonly string[] {
  let until: string | undefined;
  return stdout.split('\n').filter((line) => {
    const stop = /^::stop-commands::(.+)$/.exec(line)?.[1];
    if (until !== undefined) {
      if (line === `::${until}::`) until = undefined;
      return false;
    }
    until = stop;
    return stop === undefined;
  });
}
