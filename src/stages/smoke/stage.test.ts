import { ran } from '../../../test/support/ran.js';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import path from 'node:path';
import type { AuditReport } from '../../audit/report.js';
import type { Builder } from '../../builder/builder.js';
import type { ErrorCode } from '../../errors.js';
import type { SmokeOptions } from '../../options/sections/smoke.js';
import { ANY_STAGE } from '../../pipeline/stage.js';
import type { SmokeReport } from '../../smoke/report.js';
import type { BuildPlan } from '../plan/plan.js';
import { smoke } from './stage.js';
import { fakeEngine, type FakeEngine } from '../../../test/support/fake-engine/engine.js';
import type { FakeBuildAnswer } from '../../../test/support/fake-engine/handlers.js';
import { errorOf } from '../../../test/unit/support/errors.js';
import { fakeRelease, type Commands, type Given } from '../../../test/unit/support/fake-release.js';
import { directoryWith, type Tree } from '../../../test/unit/support/files.js';
import { PROBE } from '../../../test/unit/support/probe.js';
import { AUDIT } from '../../../test/unit/support/release.js';
import { requestWith, type RequestChanges } from '../../../test/unit/support/request.js';
import { stageRun, type StageRun } from '../../../test/unit/support/run.js';

const SYSTEM = 'debian:trixie-slim';
const BUILDER = 'mix-release-builder:abc';
const NO_MORE = { packages: [], services: [], writable: false };
const OPTIONS: SmokeOptions = {
  isAsked: false,
  test: 'eval',
  env: {},
  timeout: undefined,
  image: undefined,
  ...NO_MORE,
};
const WITHOUT_NEEDS = { ...AUDIT.requirements, libraries: [] };

/** How the stage runs, as far as it is not as usual. */
interface Way {
  readonly options?: Partial<SmokeOptions>;
  readonly request?: RequestChanges;
  readonly emulated?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  readonly audit?: AuditReport | undefined;
  readonly files?: Tree;
  readonly commands?: Commands;
  readonly build?: (args: Readonly<Record<string, string>>) => FakeBuildAnswer;
}

interface Staged extends Pick<StageRun, 'run'> {
  readonly engine: FakeEngine;
  readonly given: readonly Given[];
  readonly smoked: () => Promise<SmokeReport>;
}

/** The stage for one release of a checkout. */
async function staged(way: Way = {}): Promise<Staged> {
  const { options, emulated = false, env = {}, audit } = way;
  const { run: answer, given } = fakeRelease(way.commands);
  const engine = fakeEngine({
    handlers: { run: answer, build: ({ args }) => way.build?.(args) ?? {} },
  });
  for (const name of [SYSTEM, BUILDER]) engine.addImage({ names: [name] });
  const checkout = await directoryWith({ 'ci/smoke.sh': '#!/usr/bin/env bash\ntrue' });
  const directory = await directoryWith(way.files ?? { 'bin/web': '', 'erts-15.2.7/bin/erl': '' });
  const changes = { checkout, output: await directoryWith(), smoke: { ...OPTIONS, ...options }, ...way.request };
  const { run } = await stageRun(requestWith(changes), { engine, env });
  const builder: Builder = {
    ...{ tag: BUILDER, base: { reference: 'hexpm/elixir', id: '', digest: '' }, probe: PROBE, origin: 'built' },
    erlFlags: emulated ? '+JMsingle true' : '',
  };
  const have = {
    plan: { engine: { architecture: 'amd64', emulated } } as Partial<BuildPlan> as BuildPlan,
    builder,
    ...{
      probe: PROBE,
      directory,
      packageName: 'web-0.1.0',
      packing: new Promise<never>(() => undefined),
      lostRights: [],
    },
    facts: { name: 'web', version: '0.1.0', path: '/build', erts: '15.2.7' },
    ...(audit ? { audit, auditReport: 'web.audit.json' } : {}),
  };
  return { run, engine, given, smoked: async () => ran((await smoke.run(have, run)).smoke) };
}

afterEach(() => {
  jest.restoreAllMocks();
});

describe('the stage smoke', () => {
  it('is skipped where the test is off', async () => {
    const { run } = await staged();
    expect(smoke.skip({} as never, run)).toBeUndefined();
    const { run: off } = await staged({ request: { smoke: undefined } });
    expect(smoke.skip({} as never, off)).toBe('smoke-test is off');
  });

  it('tries the release in the system of its builder, and labels what it makes with the run', async () => {
    const { engine, given, smoked } = await staged({ options: { env: { PORT: '4000' } } });
    expect(await smoked()).toMatchObject({ test: 'eval', image: SYSTEM, imageHasErlang: false, packages: [] });
    expect(given[0]?.command.env).toMatchObject({ PORT: '4000' });
    expect(given[0]?.container.spec.labels).toMatchObject({ 'mix-release.run': 'run' });
    expect(engine.left()).toMatchObject({ containers: [], volumes: [] });
  });

  it('runs services beside it, and removes them with the rest', async () => {
    const services = [{ name: 'db', image: 'postgres:17', env: { POSTGRES_PASSWORD: 'x' } }];
    const { engine, smoked } = await staged({ options: { services } });
    engine.addImage({ names: ['postgres:17'] });
    const report = await smoked();
    expect(report.services).toMatchObject([{ name: 'db', image: 'postgres:17' }]);
    expect(smoke.outcome?.({ smoke: report })).toBe(`eval, load in ${SYSTEM} beside db (postgres:17)`);
    expect(engine.left()).toMatchObject({ containers: [], volumes: [], networks: [] });
  });

  it('notes that a release could write into itself', async () => {
    const { smoked } = await staged({ options: { writable: true } });
    expect(smoke.notes?.({ smoke: await smoked() })).toContain(
      'the release could write into its own directory (smoke-writable)',
    );
  });

  it('takes the image and the packages that are named, which are made through the proxies of the machine', async () => {
    const builds: unknown[] = [];
    const { engine, smoked } = await staged({
      options: { image: 'example/own:1', packages: ['libodbc2'] },
      env: { HTTPS_PROXY: 'http://proxy.example:3128' },
      build: (args) => {
        builds.push(args);
        return {};
      },
    });
    const { id } = engine.addImage({ names: ['example/own:1'] });
    expect(await smoked()).toMatchObject({ image: 'example/own:1', packages: ['libodbc2'] });
    expect(builds).toEqual([{ BASE: id, PACKAGES: 'libodbc2', HTTPS_PROXY: 'http://proxy.example:3128' }]);
  });

  it('pulls the image from the registry that is named, and only where that is allowed', async () => {
    const reference = `mirror.example.com/library/${SYSTEM}`;
    const image = { registry: 'mirror.example.com' };
    for (const pull of ['always', 'never'] as const) {
      const { engine, smoked } = await staged({ request: { image: { ...image, pull } } });
      engine.publish({ names: [reference] });
      expect((await smoked()).image).toBe(pull === 'always' ? reference : SYSTEM);
      expect(engine.calls.some(({ name }) => name === 'images.pull')).toBe(pull === 'always');
    }
  });

  it('asks the system for the libraries that the audit found', async () => {
    const { given, smoked } = await staged({ audit: AUDIT });
    await smoked();
    expect(given.map(({ command }) => command.title)).toEqual(['the search for libraries', 'eval']);
    expect(given[0]?.command.argv.slice(-2)).toEqual(AUDIT.requirements.libraries);
    const none = await staged({ audit: { ...AUDIT, requirements: WITHOUT_NEEDS } });
    await none.smoked();
    expect(none.given.map(({ command }) => command.title)).toEqual(['eval']);
  });

  it.each<[string, Way, number]>([
    ['two minutes', {}, 120],
    ['ten minutes under emulation', { emulated: true }, 600],
    ['as long as is given', { options: { timeout: 7 } }, 7],
    ['as long as is given under emulation, too', { options: { timeout: 7 }, emulated: true }, 7],
  ])('gives the release %s', async (_, way, seconds) => {
    const limit = jest.spyOn(AbortSignal, 'timeout');
    const { engine, given, smoked } = await staged(way);
    engine.addImage({ names: ['amd64/debian:trixie-slim'] });
    expect((await smoked()).emulated).toBe(way.emulated ?? false);
    expect(limit.mock.calls).toEqual([[seconds * 1000]]);
    expect(given[0]?.command.env?.ERL_FLAGS).toBe(way.emulated === true ? '+JMsingle true' : undefined);
  });

  it.each([
    ['its path in the checkout', 'ci/smoke.sh', 'bash'],
    ['its whole path', undefined, 'sh'],
  ])('runs a script by the shell of its first line, called by %s', async (_, name, shell) => {
    const elsewhere = path.join(await directoryWith({ 'smoke.sh': '#!/bin/sh\n# not bash' }), 'smoke.sh');
    const checkout = await directoryWith({ 'ci/smoke.sh': '#!/usr/bin/env bash\ntrue' });
    const script = name === undefined ? elsewhere : path.join(checkout, name);
    const { given, smoked } = await staged({ options: { test: { script } }, request: { checkout } });
    expect(await smoked()).toMatchObject({ test: 'script', checks: ['script'] });
    const [{ command } = { command: undefined }] = given;
    expect([command?.title, command?.argv.at(-2)]).toEqual([name ?? elsewhere, shell]);
  });
});

const REPORT: SmokeReport = {
  ...{ version: 1, test: 'boot', image: SYSTEM, imageDigest: 'sha256:1', imageHasErlang: false, packages: [] },
  ...{ writable: false, isAsked: false, services: [] },
  ...{ emulated: false, checks: ['eval', 'start', 'alive'], nativeApplications: [], omissions: [], networkCrashes: [] },
  seconds: 12.345,
};
const OMISSION = { check: 'rpc', why: 'the release runs without distribution' } as const;

describe('what the stage smoke tells of a release', () => {
  it('is what was tried, in which image, with which packages', () => {
    expect(smoke.outcome?.({ smoke: REPORT })).toBe(`eval, start, alive in ${SYSTEM}`);
    expect(smoke.outcome?.({ smoke: { ...REPORT, packages: ['libssl3', 'libtinfo6'] } })).toBe(
      `eval, start, alive in ${SYSTEM} with libssl3, libtinfo6`,
    );
  });

  it.each<[string, Partial<SmokeReport>, readonly string[]]>([
    ['nothing where all was tried', {}, []],
    [
      'that the Erlang was that of the image',
      { imageHasErlang: true },
      [`the release has no Erlang: it was tested with that of ${SYSTEM}`],
    ],
    [
      'what was not tried',
      { omissions: [OMISSION] },
      ['not tried: rpc, because the release runs without distribution'],
    ],
    [
      'how many crashes come of the missing network, with the first',
      { networkCrashes: ['[error] A terminating', '[error] B terminating'] },
      ['2 crash(es) in the log come of the missing network: [error] A terminating'],
    ],
  ])('notes %s', (_, changes, notes) => {
    expect(smoke.notes?.({ smoke: { ...REPORT, ...changes } })).toEqual(notes);
  });

  it('is the report as JSON, and a row of the summary', () => {
    expect(JSON.parse(smoke.outputs?.smoke?.value({ smoke: REPORT }) ?? '')).toEqual(REPORT);
    expect(smoke.summary?.({ smoke: REPORT }, 0)).toEqual({
      rows: [['Smoke test', `boot in ${SYSTEM}, 12.3 s: eval, start, alive`]],
    });
    expect(smoke.summary?.({ smoke: { ...REPORT, omissions: [OMISSION] } }, 0).rows).toEqual([
      ['Smoke test', expect.stringMatching(/alive; without rpc: the release runs without distribution$/)],
    ]);
  });
});

describe('the errors of the stage smoke', () => {
  const evaluated = (line: string): Commands => ({ eval: () => ({ lines: [line], status: 1 }) });
  const noErlang = { options: { image: SYSTEM }, files: { 'bin/web': '' } };

  it.each<[ErrorCode, Way]>([
    ['smoke-failed', { commands: evaluated('no luck') }],
    ['smoke-missing-variable', { commands: evaluated('environment variable PORT is missing') }],
    ['smoke-missing-library', { commands: evaluated('libnobody.so.1: cannot open shared object file') }],
    ['image-not-found', { options: { image: 'nobody/nothing:1' } }],
    ['image-mismatch', { ...noErlang, commands: { erl: () => ({ lines: ['14.0'] }) } }],
    ['runtime-image-failed', { options: { packages: ['libnone'] }, build: () => ({ error: 'no such package' }) }],
  ])('include %s', async (code, way) => {
    const { engine, smoked } = await staged(way);
    expect((await errorOf(smoked)).code).toBe(code);
    expect([...smoke.errors, ...ANY_STAGE]).toContain(code);
    expect(engine.left()).toMatchObject({ containers: [], volumes: [] });
  });
});
