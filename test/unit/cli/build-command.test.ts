import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import * as core from '@actions/core';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buildCommand } from '../../../src/cli/build-command.js';
import type { RawOptions } from '../../../src/options/table.js';
import type { FakeEngine } from '../../support/fake-engine/engine.js';
import { projectEngine } from '../../support/fake-project.js';
import { capturePrinted, keepEnvironment } from '../support/environment.js';
import { errorOf } from '../support/errors.js';
import { directoryWith } from '../support/files.js';

keepEnvironment();
const printed = capturePrinted();

// The toolkit keeps the path of the summary that it saw first, so that all tests have one.
let summaryFile: string;
beforeAll(async () => {
  summaryFile = path.join(await mkdtemp(path.join(tmpdir(), 'mix-release-test-')), 'summary');
});
afterAll(() => rm(path.dirname(summaryFile), { recursive: true, force: true }));

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;
let listeners: readonly (readonly unknown[])[];
let engine: FakeEngine;
let checkout: string;
let output: string;
beforeEach(async () => {
  listeners = SIGNALS.map((name) => process.listeners(name));
  checkout = await directoryWith({ 'mix.exs': 'defmodule Web do end' });
  output = await directoryWith();
  engine = projectEngine();
  await rm(summaryFile, { recursive: true, force: true });
  await writeFile(summaryFile, '');
  core.summary.emptyBuffer();
  for (const name of Object.keys(process.env).filter((each) => /^(ACTIONS|GITHUB|FORGEJO|GITEA)_/.test(each))) {
    Reflect.deleteProperty(process.env, name);
  }
});
afterEach(() => {
  SIGNALS.forEach((name, at) => {
    for (const each of process.listeners(name)) if (!listeners[at]?.includes(each)) process.off(name, each);
  });
});

/** The command, in a checkout that builds, with more options. */
function command(
  options: RawOptions = {},
  { json = false, verbose = false, connect = (): Promise<FakeEngine> => Promise.resolve(engine) } = {},
): Promise<void> {
  const base = { target: 'x86_64-unknown-linux-gnu', os: 'debian:trixie', pull: 'never', output };
  return buildCommand(
    {
      ...{ command: 'build', directory: checkout, json, verbose },
      options: { ...base, audit: 'off', 'smoke-test': 'off', ...options },
    },
    connect,
  );
}

const tarball = (name: string): string => path.join(output, `${name}-0.1.0-x86_64-unknown-linux-gnu.tar.gz`);
const warnings = (): readonly string[] => printed.stderr.split('\n').filter((line) => line.includes('warning'));

describe('buildCommand, of a build that goes well', () => {
  it('prints the path of each tarball on standard output, and progress on the other', async () => {
    await command({ release: ['web', 'api'] });
    expect(printed.stdout).toBe(`${tarball('web')}\n${tarball('api')}\n`);
    expect((await readFile(tarball('web'))).length).toBeGreaterThan(0);
    expect(printed.stderr).toMatch(/^compile +\d+\.\d s/m);
    expect(printed.stderr).not.toContain('  | ');
    expect(warnings()).toEqual([]);
  });

  it('prints one object with --json', async () => {
    await command({}, { json: true });
    expect(printed.stdout).toMatch(/^\{.*\}\n$/);
    expect(JSON.parse(printed.stdout)).toMatchObject({
      releases: [{ name: 'web', version: '0.1.0', tarball: tarball('web'), otp: '27.3.4.1' }],
    });
  });

  it('prints what the commands print with --verbose', async () => {
    await command({}, { verbose: true });
    expect(printed.stderr).toContain('  | ran deps.get\n');
    expect(printed.stdout).toBe(`${tarball('web')}\n`);
  });

  it('keeps the state for the next build of this machine', async () => {
    await command();
    const { volumes } = engine.left();
    expect(volumes).toEqual([expect.stringMatching(/^mix-release-state-[0-9a-f]{16}$/)]);
    expect(printed.stderr).toMatch(/^cache .*skipped: no cache service here/m);
  });

  it('writes the report, and no summary that was not requested', async () => {
    process.env.GITHUB_STEP_SUMMARY = summaryFile;
    const report = path.join(output, 'pages/report.html');
    await command({ report });
    expect(await readFile(report, 'utf8')).toContain('web 0.1.0');
    expect(await readFile(summaryFile, 'utf8')).toBe('');
  });

  it('adds to the summary of a job', async () => {
    process.env.GITHUB_STEP_SUMMARY = summaryFile;
    await command({ summary: true });
    expect(await readFile(summaryFile, 'utf8')).toContain('web 0.1.0');
    expect(warnings()).toEqual([]);
  });
});

describe('buildCommand, with a mix-release.toml', () => {
  it('builds by its options, and says which on standard error', async () => {
    await writeFile(path.join(checkout, 'mix-release.toml'), 'release = ["api"]\nformat = "tar.gz"\nartifact = true\n');
    await command();
    expect(printed.stdout).toBe(`${tarball('api')}\n`);
    expect(printed.stderr).toMatch(/^mix-release\.toml sets release, format\n/);
  });
});

describe('buildCommand, of a page that cannot be written', () => {
  it('warns once of the report, and the build stays well', async () => {
    await writeFile(path.join(output, 'file'), '');
    await command({ report: path.join(output, 'file/report.html') });
    expect(warnings()).toEqual([expect.stringMatching(/^warning: the report \S+ was not written: /)]);
    expect(printed.stdout).toBe(`${tarball('web')}\n`);
    expect(process.exitCode).toBeUndefined();
  });

  it('warns once of the summary, and writes the report', async () => {
    process.env.GITHUB_STEP_SUMMARY = summaryFile;
    await rm(summaryFile);
    await mkdir(summaryFile);
    const report = path.join(output, 'report.html');
    await command({ summary: true, report });
    expect(warnings()).toEqual([expect.stringMatching(/^warning: the summary was not written: /)]);
    expect(await readFile(report, 'utf8')).toContain('web 0.1.0');
    expect(printed.stdout).toBe(`${tarball('web')}\n`);
  });
});

describe('buildCommand, of a build that fails', () => {
  beforeEach(() => {
    const answer = engine.handlers.run;
    Object.assign(engine.handlers, {
      run: (...args: Parameters<typeof answer>) =>
        args[0].title === 'mix' ? { lines: ['no access'], status: 1 } : answer(...args),
    });
  });

  it('throws what it failed with, prints no result, and writes the report', async () => {
    const report = path.join(output, 'report.html');
    const error = await errorOf(() => command({ report }, { json: true }));
    expect(error).toMatchObject({ code: 'deps-failed', exitStatus: 5, output: ['no access'] });
    expect(printed.stdout).toBe('');
    expect(printed.stderr).toMatch(/^deps +\d+\.\d s +failed$/m);
    expect(await readFile(report, 'utf8')).toContain('deps-failed');
  });

  it('throws that also where the report cannot be written', async () => {
    await writeFile(path.join(output, 'file'), '');
    const error = await errorOf(() => command({ report: path.join(output, 'file/report.html') }));
    expect(error.code).toBe('deps-failed');
    expect(warnings()).toEqual([expect.stringContaining('the report')]);
  });
});

describe('buildCommand, before it builds', () => {
  const connect = () => Promise.reject(new Error('the engine was requested'));

  it('refuses options that cannot be read', async () => {
    expect(await errorOf(() => command({ target: 'amiga' }, { connect }))).toMatchObject({
      code: 'unknown-target',
      exitStatus: 2,
    });
  });

  it('refuses an artifact outside GitHub Actions', async () => {
    const error = await errorOf(() => command({ artifact: true }, { connect }));
    expect(error).toMatchObject({ code: 'artifact-outside-actions', exitStatus: 2 });
    expect(error.next).toContain('--artifact');
    expect(printed.stderr).toBe('');
  });

  it.each([undefined, ''])('refuses a summary where the job has none: %j', async (file) => {
    if (file !== undefined) process.env.GITHUB_STEP_SUMMARY = file;
    const error = await errorOf(() => command({ summary: true }, { connect }));
    expect(error).toMatchObject({ code: 'bad-option', exitStatus: 2 });
    expect(error.next).toContain('--report');
  });

  it('throws that there is no engine', async () => {
    await expect(command({}, { connect })).rejects.toThrow('the engine was requested');
    expect(printed.stdout).toBe('');
  });
});
