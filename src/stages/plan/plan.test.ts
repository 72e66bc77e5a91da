import { describe, expect, it } from '@jest/globals';
import path from 'node:path';
import { builderRequest } from '../builder/builder-request.js';
import { resolvePlan, type BuildPlan } from './plan.js';
import type { RequestChanges } from '../../../test/unit/support/request.js';
import type { Engine } from '../../engine/engine.js';
import { findTarget } from '../../targets/find.js';
import { errorOf } from '../../../test/unit/support/errors.js';
import { directoryWith } from '../../../test/unit/support/files.js';
import { requestWith } from '../../../test/unit/support/request.js';

const look = { signal: new AbortController().signal, env: {}, note: () => undefined };

/** Stands in for an engine of an architecture that this machine may not have; it must not be asked anything. */
function untouched(architecture: string): Engine {
  const untouchedPart = new Proxy({} as never, {
    get: (_, name) => {
      throw new Error(`the engine was asked: ${String(name)}`);
    },
  });
  return {
    ...{ architecture, version: '1', clockSkew: 0, facts: untouchedPart },
    ...{ images: untouchedPart, containers: untouchedPart, volumes: untouchedPart, networks: untouchedPart },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

describe('resolvePlan', () => {
  it.each([
    ['amd64', 'aarch64-unknown-linux-gnu', 'ubuntu-24.04-arm'],
    ['amd64', 'aarch64-unknown-linux-musl', 'ubuntu-24.04-arm'],
    ['arm64', 'x86_64-unknown-linux-gnu', 'ubuntu-24.04'],
    ['riscv64', 'x86_64-unknown-linux-musl', 'ubuntu-24.04'],
  ])('refuses on %s a build for %s, and names the runner %s', async (architecture, triple, runner) => {
    const request = requestWith({ target: findTarget(triple) });
    const error = await errorOf(() => resolvePlan(untouched(architecture), request, look));
    expect(error).toMatchObject({ code: 'architecture-mismatch', exitStatus: 2 });
    expect(error.message).toContain(`the engine is ${architecture}`);
    expect(error.message).toContain(triple);
    expect(error.next).toContain(`runs-on: ${runner} `);
    expect(error.next).toContain('emulate');
  });

  it.each<[string, string, boolean]>([
    ['amd64', 'x86_64-unknown-linux-gnu', false],
    ['arm64', 'aarch64-unknown-linux-musl', false],
    ['amd64', 'aarch64-unknown-linux-gnu', true],
    ['arm64', 'x86_64-unknown-linux-gnu', true],
  ])('goes on, on %s for %s with emulate %j, to look for an image', async (architecture, triple, emulate) => {
    const request = requestWith({ target: findTarget(triple), method: emulate ? 'emulate' : 'native' });
    await expect(resolvePlan(untouched(architecture), request, look)).rejects.toThrow('the engine was asked');
  });

  it('refuses an image that a Dockerfile does not build on', async () => {
    const checkout = await directoryWith({ 'ci/Dockerfile': 'FROM elixir:1.18\n' });
    const request = requestWith({
      ...{ checkout, image: { named: 'team/elixir:1' } },
      builder: { packages: [], dockerfile: path.join(checkout, 'ci/Dockerfile'), repository: undefined },
    });
    const error = await errorOf(() => resolvePlan(untouched('amd64'), request, look));
    expect(error).toMatchObject({ code: 'bad-option', exitStatus: 2 });
    expect(error.message).toContain('image names team/elixir:1');
    expect(error.message).toContain('ci/Dockerfile');
    expect(error.next).toContain('ARG BASE');
  });
});

describe('builderRequest', () => {
  const target = findTarget('x86_64-unknown-linux-gnu');
  const expected = { target, elixir: undefined, otp: undefined, system: undefined, glibc: undefined };
  const wanted = { reference: 'elixir:1', digest: undefined, pull: 'missing', target } as const;
  const recipe = { target, packages: ['cmake'], dockerfile: undefined };
  const plan: BuildPlan = {
    ...{ target, targetInput: target.triple, engine: { architecture: 'arm64', emulated: true }, digest: undefined },
    image: { wanted, source: 'named', expected, versions: [], system: undefined },
    ...{ recipe, expected, versions: [], builder: undefined, missingVariables: [], smokes: true },
  };

  it('has what was planned, the run, and how the network is reached', () => {
    const request = requestWith({ builder: { packages: [], dockerfile: undefined, repository: 'ghcr.io/team/b' } });
    expect(builderRequest(plan, request, 'run', { HTTP_PROXY: 'http://proxy', TOKEN: 'secret' })).toEqual({
      ...{ recipe, base: wanted, expected, emulated: true, rebuild: false, mayPull: true, run: 'run' },
      repository: 'ghcr.io/team/b',
      proxies: { HTTP_PROXY: 'http://proxy' },
      mirrors: {},
    });
  });

  it('has the proxies and mirrors of the option env before those of the environment', () => {
    const env = { HTTPS_PROXY: 'http://theirs', HEX_MIRROR: 'https://theirs' };
    const request = requestWith({ env: { HEX_MIRROR: 'https://ours', no_proxy: 'ours' } });
    expect(builderRequest(plan, request, 'run', env)).toMatchObject({
      proxies: { HTTPS_PROXY: 'http://theirs', no_proxy: 'ours' },
      mirrors: { HEX_MIRROR: 'https://ours' },
    });
  });

  it.each([
    ['missing', true],
    ['always', true],
    ['never', false],
  ] as const)('with pull %s, a builder may be pulled: %j', (pull, mayPull) => {
    expect(builderRequest(plan, requestWith({ image: { pull } }), 'run', {}).mayPull).toBe(mayPull);
  });

  it.each<[RequestChanges['image'], boolean, boolean]>([
    [{ pull: 'always' }, true, true],
    [{ pull: 'always' }, false, false],
    [{ pull: 'missing' }, true, false],
    [{ pull: 'never' }, true, false],
  ])('with %j, where a Dockerfile of the user: %j, builds it anew: %j', (image = {}, hasOwn, rebuild) => {
    const dockerfile = hasOwn
      ? { name: 'D', path: 'D', usesBase: true, contextHash: '', context: () => expect.anything() as never }
      : undefined;
    const own = { ...plan, recipe: { ...recipe, dockerfile } };
    expect(builderRequest(own, requestWith({ image }), 'run', {}).rebuild).toBe(rebuild);
  });
});
