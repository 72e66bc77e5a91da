import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { BuilderRequest } from '../../../src/builder/builder.js';
import type { Probe } from '../../../src/builder/probe.js';
import type { Engine } from '../../../src/engine/engine.js';
import type { BuildRequest } from '../../../src/options/request.js';
import type { BuildPlan } from '../../../src/stages/plan/plan.js';
import { findTarget } from '../../../src/targets/find.js';
import { capturePrinted } from '../support/environment.js';
import { errorOf } from '../support/errors.js';
import { directoryWith } from '../support/files.js';
import { PROBE } from '../support/probe.js';

const builder = await import('../../../src/builder/builder.js');
const plans = await import('../../../src/stages/plan/plan.js');

interface Context {
  readonly note: (text: string) => void;
}
const engine = { architecture: 'amd64', [Symbol.asyncDispose]: () => Promise.resolve() } as Partial<Engine> as Engine;
const resolvePlan = jest.fn<(engine: Engine, request: BuildRequest, context: Context) => Promise<BuildPlan>>();
const probeBase = jest.fn<(engine: Engine, request: BuilderRequest, context: Context) => Promise<Probe | undefined>>();
jest.unstable_mockModule('../../../src/engine/connect.js', () => ({ connectEngine: () => Promise.resolve(engine) }));
jest.unstable_mockModule('../../../src/stages/plan/plan.js', () => ({ ...plans, resolvePlan }));
jest.unstable_mockModule('../../../src/builder/builder.js', () => ({ ...builder, probeBase }));
const { planCommand } = await import('../../../src/cli/plan-command.js');

const printed = capturePrinted();

const target = findTarget('x86_64-unknown-linux-gnu');
const expected = { target, elixir: undefined, otp: undefined, system: undefined, glibc: undefined };
const PLAN: BuildPlan = {
  target,
  targetInput: target.triple,
  engine: { architecture: 'amd64', emulated: false },
  image: undefined,
  digest: undefined,
  recipe: { target, packages: [], dockerfile: undefined },
  expected,
  versions: ['Elixir 1.18.3 (from .tool-versions:1)'],
  builder: undefined,
  missingVariables: [],
  smokes: true,
};

beforeEach(() => {
  resolvePlan.mockReset().mockResolvedValue(PLAN);
  probeBase.mockReset().mockResolvedValue(PROBE);
});

async function plan(changes: { readonly json?: boolean; readonly probe?: boolean } = {}, options = {}): Promise<void> {
  const directory = await directoryWith({ 'mix.exs': '' });
  await planCommand({
    ...{ command: 'plan', directory, json: false, probe: false },
    options: { target: target.triple, ...options },
    ...changes,
  });
}

describe('planCommand', () => {
  it('prints a line a decision, and starts nothing', async () => {
    await plan();
    expect(printed.stdout).toMatch(/^target +x86_64-unknown-linux-gnu: linux\/amd64, glibc\n/);
    expect(printed.stdout).toContain('versions Elixir 1.18.3 (from .tool-versions:1)\n');
    expect(printed.stdout).not.toContain('probe');
    expect(probeBase).not.toHaveBeenCalled();
  });

  it('prints one object with --json', async () => {
    await plan({ json: true });
    expect(JSON.parse(printed.stdout)).toMatchObject({ target: target.triple, imageDigest: null });
    expect(printed.stdout).toMatch(/^\{.*\}\n$/);
  });

  it('prints one object with the plans of several targets', async () => {
    await plan({ json: true }, { target: 'x64-gnu x64-musl' });
    expect(JSON.parse(printed.stdout)).toMatchObject({
      targets: [{ method: 'native' }, { method: 'cross', bytecode: { target: target.triple } }],
    });
  });

  it('prints an empty line between the plans of two targets, and a probe for each compilation', async () => {
    await plan({ probe: true }, { target: 'x64-gnu x64-musl', method: 'native' });
    expect(printed.stdout).toMatch(/\nbuilder .*\n\ntarget /);
    expect(printed.stdout.match(/^probe /gm)).toHaveLength(2);
  });

  it('asks the base image with --probe', async () => {
    await plan({ probe: true });
    expect(printed.stdout).toContain('probe    debian 13, glibc 2.41, OTP 27.3.4.1, Elixir 1.18.3, x86_64\n');
    expect(probeBase.mock.calls[0]?.[1]).toMatchObject({ recipe: PLAN.recipe, emulated: false });
  });

  it('has the answer of the image in the object', async () => {
    await plan({ probe: true, json: true });
    expect(JSON.parse(printed.stdout)).toMatchObject({ target: target.triple, probe: PROBE });
  });

  it('says that the base image of your own Dockerfile cannot be asked', async () => {
    probeBase.mockResolvedValue(undefined);
    await plan({ probe: true, json: true });
    expect(JSON.parse(printed.stdout)).not.toHaveProperty('probe');
    expect(printed.stderr).toContain('the base image of your own Dockerfile');
  });

  it('has the options of a mix-release.toml beneath the flags, and says which on standard error', async () => {
    const directory = await directoryWith({ 'mix.exs': '', 'mix-release.toml': 'os = "alpine:3.22"\npackages = "a"' });
    const options = { target: 'x64-musl', packages: 'b' };
    await planCommand({ ...{ command: 'plan', directory, json: true, probe: false }, options });
    expect(printed.stderr).toBe('mix-release.toml sets os\n');
    expect(resolvePlan.mock.calls[0]?.[1]).toMatchObject({ image: { os: { os: 'alpine', release: '3.22' } } });
    expect(resolvePlan.mock.calls[0]?.[1].builder.packages).toEqual(['b']);
  });

  it('prints notes on standard error', async () => {
    resolvePlan.mockImplementation((_, __, { note }) => {
      note('the registry is slow');
      return Promise.resolve(PLAN);
    });
    await plan({ json: true });
    expect(printed.stderr).toBe('the registry is slow\n');
    expect(printed.stdout).toMatch(/^\{.*\}\n$/);
  });

  it('asks no engine about options that cannot be read', async () => {
    const error = await errorOf(() => plan({}, { target: 'amiga' }));
    expect(error.exitStatus).toBe(2);
    expect(resolvePlan).not.toHaveBeenCalled();
    expect(printed.stdout).toBe('');
  });
});
