import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import * as core from '@actions/core';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { StepContext } from '../../../src/action/build-step.js';
import { projectEngine } from '../../support/fake-project.js';
import type { FakeEngine } from '../../support/fake-engine/engine.js';
import { capturePrinted, keepEnvironment } from '../support/environment.js';
import { directoryWith } from '../support/files.js';

const uploadArtifact = jest.fn<(name: string, files: readonly string[]) => Promise<{ id: number; digest: string }>>();
jest.unstable_mockModule('@actions/artifact', () => ({
  DefaultArtifactClient: class {
    readonly uploadArtifact = uploadArtifact;
  },
}));
const { buildStep } = await import('../../../src/action/build-step.js');

keepEnvironment();
const printed = capturePrinted();

// The toolkit keeps the path of the summary that it saw first, so that all tests have one.
let summaryFile: string;
beforeAll(async () => {
  summaryFile = path.join(await mkdtemp(path.join(tmpdir(), 'mix-release-test-')), 'summary');
});
afterAll(() => rm(path.dirname(summaryFile), { recursive: true, force: true }));

let runner: string;
let checkout: string;
let engine: FakeEngine;
beforeEach(async () => {
  checkout = await directoryWith({ 'mix.exs': 'defmodule Web do end', 'lib/web.ex': 'x' });
  runner = await directoryWith({ output: '', state: '' });
  engine = projectEngine();
  await rm(summaryFile, { recursive: true, force: true });
  await writeFile(summaryFile, '');
  core.summary.emptyBuffer();
  for (const name of Object.keys(process.env).filter((each) =>
    /^(INPUT|ACTIONS|GITHUB|FORGEJO|GITEA|RUNNER)_/.test(each),
  )) {
    Reflect.deleteProperty(process.env, name);
  }
  Object.assign(process.env, {
    ...{ GITHUB_OUTPUT: path.join(runner, 'output'), GITHUB_STATE: path.join(runner, 'state') },
    ...{ GITHUB_STEP_SUMMARY: summaryFile, GITHUB_WORKSPACE: checkout, GITHUB_SERVER_URL: 'https://github.com' },
    ...{ ACTIONS_RUNTIME_TOKEN: 'token', ACTIONS_RESULTS_URL: 'https://results.example' },
  });
  uploadArtifact.mockReset().mockResolvedValue({ id: 7, digest: 'ab' });
});

/** Inputs with which the project builds, without an artifact. */
const INPUTS = {
  ...{ target: 'x86_64-unknown-linux-gnu', os: 'debian:trixie', pull: 'never', output: 'out' },
  ...{ artifact: 'false', audit: 'off', 'smoke-test': 'off' },
};

/** Runs the step with these inputs, and gives its exit status. */
function step(inputs: Readonly<Record<string, string>>, changes: Partial<StepContext> = {}): Promise<number> {
  for (const [name, value] of Object.entries(inputs)) process.env[`INPUT_${name.toUpperCase()}`] = value;
  return buildStep({
    ...{ env: process.env, signal: new AbortController().signal, id: 'f3b0', store: undefined },
    connect: () => Promise.resolve(engine),
    ...changes,
  });
}

/** What is in a file of the runner, by name: `name<<delimiter`, lines, `delimiter`. */
async function written(file: 'output' | 'state'): Promise<Readonly<Record<string, string>>> {
  const text = await readFile(path.join(runner, file), 'utf8');
  const entries = text.matchAll(/^(?<name>[^\n]+?)<<(?<end>[^\n]+)\n(?<value>[^]*?)\n?\k<end>$/gm);
  return Object.fromEntries([...entries].map(({ groups = {} }) => [groups.name ?? '', groups.value ?? '']));
}

/** The annotations of a kind. */
const commands = (kind: 'error' | 'warning'): readonly string[] =>
  printed.stdout.split('\n').filter((line) => line.startsWith(`::${kind}`));

const summary = (): Promise<string> => readFile(summaryFile, 'utf8');

describe('buildStep, of a build that goes well', () => {
  it('sets the outputs, adds to the summary, annotates nothing, and leaves the run for the post step', async () => {
    expect(await step(INPUTS)).toBe(0);
    expect(await written('output')).toMatchObject({
      ...{ 'error-code': '', 'release-name': 'web', 'otp-version': '27.3.4.1', 'artifact-id': '' },
      tarball: path.join(checkout, 'out/web-0.1.0-x86_64-unknown-linux-gnu.tar.gz'),
    });
    expect(await written('state')).toEqual({ run: 'f3b0' });
    expect(await summary()).toContain('web 0.1.0');
    expect([commands('error'), commands('warning'), process.exitCode]).toEqual([[], [], undefined]);
    expect(engine.left()).toMatchObject({ containers: [], volumes: [] });
    expect(uploadArtifact).not.toHaveBeenCalled();
  });

  it('uploads the artifact, writes the report, and leaves the summary out where it is not wanted', async () => {
    expect(await step({ ...INPUTS, artifact: 'true', report: 'pages/report.html', summary: 'false' })).toBe(0);
    expect(uploadArtifact.mock.calls.map(([name]) => name)).toEqual(['web-0.1.0-x86_64-unknown-linux-gnu']);
    expect(await written('output')).toMatchObject({ 'artifact-id': '7', 'error-code': '' });
    expect(await readFile(path.join(checkout, 'pages/report.html'), 'utf8')).toContain('web 0.1.0');
    expect(await summary()).toBe('');
  });

  it('leaves what is to be cached to its store, and the volume to the post step', async () => {
    const saved: string[] = [];
    const store: StepContext['store'] = {
      restore: () => Promise.resolve(undefined),
      remove: () => Promise.resolve(),
      scheduleSave: ({ volume }) => void saved.push(volume),
    };
    expect(await step(INPUTS, { store })).toBe(0);
    expect(saved).toEqual(['mix-release-state-run-f3b0']);
    expect(await written('output')).toMatchObject({ 'cache-hit': 'false' });
    expect(engine.left()).toMatchObject({ containers: [], volumes: saved });
  });
});

describe('buildStep, of a page that cannot be written', () => {
  const published = { ...INPUTS, artifact: 'true' };

  it('warns once of the report, and the published run stays well', async () => {
    await writeFile(path.join(checkout, 'file'), '');
    expect(await step({ ...published, report: 'file/report.html' })).toBe(0);
    expect(commands('warning')).toEqual([expect.stringMatching(/^::warning::the report \S+ was not written: /)]);
    expect([commands('error'), process.exitCode]).toEqual([[], undefined]);
    expect(uploadArtifact).toHaveBeenCalledTimes(1);
    expect(await written('output')).toMatchObject({ 'artifact-id': '7', 'error-code': '' });
    // One page that cannot be written keeps no other.
    expect(await summary()).toContain('web 0.1.0');
  });

  it('warns once of the summary, and the published run stays well', async () => {
    await rm(summaryFile);
    await mkdir(summaryFile);
    expect(await step({ ...published, report: 'report.html' })).toBe(0);
    expect(commands('warning')).toEqual([expect.stringMatching(/^::warning::the summary was not written: /)]);
    expect([commands('error'), process.exitCode]).toEqual([[], undefined]);
    expect(await readFile(path.join(checkout, 'report.html'), 'utf8')).toContain('web 0.1.0');
  });

  it('annotates a failed run once, and keeps its exit status', async () => {
    await writeFile(path.join(checkout, 'file'), '');
    const connect = () => Promise.reject(new Error('no engine'));
    expect(await step({ ...published, report: 'file/report.html' }, { connect })).toBe(1);
    expect(commands('error')).toHaveLength(1);
    expect(commands('warning')).toEqual([expect.stringContaining('the report')]);
    expect(await written('output')).toMatchObject({ 'error-code': 'internal' });
  });
});

describe('buildStep, of options that cannot be read', () => {
  it('says so in the output, one annotation and the summary, and connects to no engine', async () => {
    const connect = () => Promise.reject(new Error('the engine was requested'));
    expect(await step({ ...INPUTS, target: 'amiga' }, { connect })).toBe(2);
    expect(await written('output')).toEqual({ 'error-code': 'unknown-target' });
    expect(commands('error')).toEqual([expect.stringMatching(/^::error::.*amiga.*\(unknown-target\)%0A.*%0ASee /)]);
    expect(process.exitCode).toBe(1);
    expect(await summary()).toContain('unknown-target');
    // The post step finds that there is nothing of this run.
    expect(await written('state')).toEqual({ run: 'f3b0' });
  });

  it.each(['false', 'False', ' FALSE '])('writes no summary where summary is %j', async (no) => {
    expect(await step({ ...INPUTS, target: 'amiga', summary: no })).toBe(2);
    expect(await summary()).toBe('');
    expect(commands('error')).toHaveLength(1);
  });

  it('writes one where it is summary that cannot be read', async () => {
    expect(await step({ ...INPUTS, summary: 'perhaps' })).toBe(2);
    expect(await written('output')).toEqual({ 'error-code': 'bad-option' });
    expect(await summary()).toContain('bad-option');
  });

  it('refuses an artifact where none can be uploaded, before it builds', async () => {
    process.env.ACTIONS_RUNTIME_TOKEN = '';
    expect(await step({ ...INPUTS, artifact: 'true' })).toBe(2);
    expect(await written('output')).toEqual({ 'error-code': 'artifact-outside-actions' });
    expect(engine.calls).toEqual([]);
  });

  it('fails with one annotation where the runner keeps no state for the post step', async () => {
    await rm(path.join(runner, 'state'));
    expect(await step(INPUTS)).toBe(1);
    expect(commands('error')).toEqual([expect.stringContaining('(internal)')]);
    expect(engine.calls).toEqual([]);
  });
});

describe('buildStep, of a build that fails', () => {
  const COMPILE_ERROR = 'error: undefined variable "x"';
  const failing = (): FakeEngine => {
    const project = projectEngine();
    const answer = project.handlers.run;
    Object.assign(project.handlers, {
      run: async (...[command, container, print]: Parameters<typeof answer>) => {
        if (command.title !== 'mix') return answer(command, container, print);
        const mark = command.argv.find((word) => /^[0-9a-f]{8}-[0-9a-f-]{27}$/.test(word)) ?? '';
        print(`${mark} stage compile`);
        print(COMPILE_ERROR);
        print('  └─ lib/web.ex:3:5: Web.go/0');
        print('::set-env name=PATH::/evil');
        return { status: 1 };
      },
    });
    return project;
  };

  it('gives its code, the place of the error and one annotation of its own, and what the command printed last', async () => {
    engine = failing();
    expect(await step({ ...INPUTS, artifact: 'true' })).toBe(5);
    expect(await written('output')).toEqual({ 'error-code': 'compile-failed' });
    const errors = commands('error');
    expect(errors).toEqual([
      expect.stringMatching(/^::error file=lib\/web\.ex,line=3,col=5::.*undefined variable/),
      expect.stringMatching(/^::error::mix compile failed with exit status 1 \(compile-failed\)%0A/),
    ]);
    const last = printed.stdout.lastIndexOf(COMPILE_ERROR, printed.stdout.indexOf('::error'));
    expect(last).toBeGreaterThan(printed.stdout.indexOf('compile: '));
    expect(await summary()).toContain('compile-failed');
    expect(uploadArtifact).not.toHaveBeenCalled();
    expect(await readdir(path.join(checkout, 'out'))).toEqual([]);
    // Text of a project is no command to the runner.
    expect(printed.stdout).not.toMatch(/^::set-env/m);
  });

  it('ends with 130 where it is cancelled', async () => {
    expect(await step(INPUTS, { signal: AbortSignal.abort() })).toBe(130);
    expect(await written('output')).toEqual({ 'error-code': 'cancelled' });
    expect(commands('error')).toHaveLength(1);
  });
});

describe('buildStep, of secrets', () => {
  const secrets = { 'deps-env': 'NPM_TOKEN=planted-one', 'git-credentials': 'https://me:planted-two@example.com' };

  it('masks them before anything else is printed, and hides them in what Mix prints', async () => {
    const answer = engine.handlers.run;
    Object.assign(engine.handlers, {
      run: (...[command, container, print]: Parameters<typeof answer>) => {
        if (command.env?.NPM_TOKEN !== undefined) print(`fetching with ${command.env.NPM_TOKEN}`);
        return answer(command, container, print);
      },
    });
    process.env.RUNNER_DEBUG = '1';
    expect(await step({ ...INPUTS, ...secrets })).toBe(0);
    const masks = '::add-mask::planted-one\n::add-mask::planted-two\n';
    expect(printed.stdout.slice(0, masks.length)).toBe(masks);
    expect(printed.stdout.slice(masks.length)).toContain('fetching with ***');
    expect(printed.stdout.slice(masks.length)).not.toMatch(/planted-(one|two)/);
  });
});

describe('buildStep, with a mix-release.toml', () => {
  const text = (more: string): string =>
    `target = "x86_64-unknown-linux-gnu"\npull = "never"\nos = "debian:trixie"\n${more}`;

  it('has its options beneath the inputs, and says which', async () => {
    await writeFile(
      path.join(checkout, 'mix-release.toml'),
      text('output = "of-file"\nartifact = false\naudit = "error"\n'),
    );
    expect(await step({ audit: 'off', 'smoke-test': 'off', output: 'of-input' })).toBe(0);
    expect(await readdir(path.join(checkout, 'of-input'))).toContain('web-0.1.0-x86_64-unknown-linux-gnu.tar.gz');
    expect(uploadArtifact).not.toHaveBeenCalled();
    expect(printed.stdout).toContain('mix-release.toml sets target, os, pull, artifact\n');
  });

  it('fails with its line where it cannot be read, and still writes the summary', async () => {
    await writeFile(path.join(checkout, 'mix-release.toml'), text('tagret = "x"\n'));
    expect(await step({})).toBe(2);
    expect(await written('output')).toEqual({ 'error-code': 'bad-config-file' });
    expect(await summary()).toContain('mix-release.toml:4');
  });
});
