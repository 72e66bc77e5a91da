import { beforeEach, describe, expect, it } from '@jest/globals';
import path from 'node:path';
import { readReleaseArgs } from '../../mix/release-args.js';
import type { BuildRequest } from '../../options/request.js';
import { findTarget } from '../../targets/find.js';
import { fakeEngine, type FakeEngine } from '../../../test/support/fake-engine/engine.js';
import { errorOf } from '../../../test/unit/support/errors.js';
import { directoryWith } from '../../../test/unit/support/files.js';
import { requestWith, type RequestChanges } from '../../../test/unit/support/request.js';
import { compilationFacts, compilationLines } from './compilations-text.js';
import { resolveCompilations, type Compilation } from './compilations.js';

const look = { signal: new AbortController().signal, env: {}, note: () => undefined };
const [X64, ARM64, X64_MUSL, ARM64_MUSL] = ['x64-gnu', 'arm64-gnu', 'x64-musl', 'arm64-musl'];
const SYSTEMS = { gnu: 'debian-bookworm-20260713-slim', musl: 'alpine-3.22.4' };

let engine: FakeEngine;
beforeEach(() => {
  engine = fakeEngine({ platformsApart: true });
});

/** Puts an image for a target into an engine, which is the only place where these tests look. */
function put(name: string, elixir: string, otp: string, into = engine): void {
  const { platform, libc } = findTarget(name);
  const system = SYSTEMS[libc === 'glibc' ? 'gnu' : 'musl'];
  into.addImage({ names: [`hexpm/elixir:${elixir}-erlang-${otp}-${system}`], platform });
}

function putForAll(elixir: string, otp: string, into = engine): void {
  for (const name of ['x64-gnu', 'arm64-gnu', 'x64-musl', 'arm64-musl']) put(name, elixir, otp, into);
}

function requestsFor(names: readonly string[], changes: RequestChanges = {}): readonly BuildRequest[] {
  return names.map((name) =>
    requestWith({
      ...{ target: findTarget(name), targetInput: name, checkout: '/nowhere', project: '/nowhere' },
      ...changes,
      image: { pull: 'never', ...changes.image },
    }),
  );
}

const resolve = (names: readonly string[], changes: RequestChanges = {}, by = engine) =>
  resolveCompilations(by, requestsFor(names, changes), look);

/** `COMPILER: TARGET METHOD, …`, with targets as they were typed. */
const shapeOf = ({ request, targets }: Compilation): string =>
  `${request.targetInput}: ${targets.map((each) => `${each.request.targetInput} ${each.method}`).join(', ')}`;

const referencesOf = (compilations: readonly Compilation[]): readonly (string | undefined)[] =>
  compilations.flatMap(({ targets }) => targets.map(({ plan }) => plan.image?.wanted.reference));

describe('resolveCompilations', () => {
  it.each<[BuildRequest['method'], string, readonly string[], readonly string[]]>([
    ['auto', 'amd64', [X64], ['x64-gnu: x64-gnu native']],
    ['auto', 'arm64', [X64], ['aarch64-unknown-linux-gnu: x64-gnu cross']],
    ['auto', 'amd64', [ARM64_MUSL], ['x86_64-unknown-linux-musl: arm64-musl cross']],
    [
      'auto',
      'amd64',
      [X64, ARM64, X64_MUSL, ARM64_MUSL],
      ['x64-gnu: x64-gnu native, arm64-gnu cross, x64-musl cross, arm64-musl cross'],
    ],
    ['auto', 'amd64', [ARM64, X64_MUSL, X64], ['x64-musl: arm64-gnu cross, x64-musl native, x64-gnu cross']],
    ['cross', 'amd64', [X64_MUSL, X64], ['x64-musl: x64-musl native, x64-gnu cross']],
    ['cross', 'arm64', [X64_MUSL, X64], ['aarch64-unknown-linux-musl: x64-musl cross, x64-gnu cross']],
    ['native', 'amd64', [X64, X64_MUSL], ['x64-gnu: x64-gnu native', 'x64-musl: x64-musl native']],
    ['emulate', 'amd64', [X64, ARM64], ['x64-gnu: x64-gnu native', 'arm64-gnu: arm64-gnu emulate']],
  ])('with method %s on %s compiles %j in %j', async (method, architecture, names, shapes) => {
    const by = fakeEngine({ architecture, platformsApart: true });
    putForAll('1.18.4', '27.3.4.16', by);
    const compilations = await resolve(names, { method }, by);
    expect(compilations.map(shapeOf)).toEqual(shapes);
    const emulated = compilations.flatMap(({ plan, targets }) => [plan, ...targets.map((each) => each.plan)]);
    for (const plan of emulated) {
      expect(plan.engine.emulated).toBe(method === 'emulate' && plan.target.architecture !== architecture);
    }
  });

  it('says why', async () => {
    putForAll('1.18.4', '27.3.4.16');
    const [compilation] = await resolve([ARM64, X64, X64_MUSL]);
    expect(compilation?.targets.map(({ why }) => why)).toEqual([
      'the engine is amd64; the bytecode is compiled for x86_64-unknown-linux-gnu',
      'the engine is amd64',
      expect.stringMatching(/x86_64-unknown-linux-gnu; native code is compiled in its own builder$/),
    ]);
  });

  it('gives each target the plan of its own image, and the compiler that of the engine’s', async () => {
    putForAll('1.18.4', '27.3.4.16');
    const [compilation] = await resolve([ARM64]);
    expect(compilation?.plan.target.triple).toBe('x86_64-unknown-linux-gnu');
    expect(compilation?.request.target).toBe(compilation?.plan.target);
    expect(compilation?.targets[0].plan).toMatchObject({ target: findTarget(ARM64), targetInput: ARM64 });
  });

  it('compiles with what options say of the other architecture', async () => {
    const image = requestWith({ image: { named: 'team/amd:1' } }).image;
    const ofTwin = { image, builder: { packages: ['x'], dockerfile: undefined, repository: undefined }, env: {} };
    const compilations = await resolve([ARM64], { image: { named: 'team/arm:1' }, ofTwin });
    const [compilation] = compilations;
    expect(compilation?.plan.image?.wanted.reference).toBe('team/amd:1');
    expect(compilation?.plan.recipe.packages).toEqual(['x']);
    expect(referencesOf(compilations)).toEqual(['team/arm:1']);
  });

  it('refuses by method native another architecture, before it looks for images', async () => {
    const error = await errorOf(() => resolve([X64, ARM64], { method: 'native' }));
    expect(error).toMatchObject({ code: 'architecture-mismatch', exitStatus: 2 });
    expect(error.next).toMatch(/runs-on: ubuntu-24\.04-arm .*method: cross.*method: emulate/);
    expect(engine.calls).toEqual([]);
  });

  it('refuses an engine that no target is for', async () => {
    const error = await errorOf(() => resolve([X64], {}, fakeEngine({ architecture: 'riscv64' })));
    expect(error.code).toBe('architecture-mismatch');
  });

  it('refuses to leave out the audit of what is cross-assembled, and of nothing else', async () => {
    putForAll('1.18.4', '27.3.4.16');
    const audit = { mode: 'off', allowedLibraries: [], except: [] } as const;
    const error = await errorOf(() => resolve([X64, ARM64], { audit }));
    expect(error).toMatchObject({ code: 'bad-option' });
    expect(error.message).toContain('aarch64-unknown-linux-gnu');
    expect(await resolve([X64], { audit })).toHaveLength(1);
    expect(await resolve([X64, ARM64], { audit, method: 'emulate' })).toHaveLength(2);
  });

  it('refuses a Dockerfile on a base of its own for another architecture alone', async () => {
    const checkout = await directoryWith({ 'ci/Dockerfile': 'FROM elixir:1.18\n' });
    const builder = { packages: [], dockerfile: path.join(checkout, 'ci/Dockerfile'), repository: undefined };
    const error = await errorOf(() => resolve([X64, ARM64], { checkout, builder }));
    expect(error).toMatchObject({ code: 'cannot-cross', exitStatus: 5 });
    expect(error.message).toMatch(/ci\/Dockerfile .*aarch64-unknown-linux-gnu/);
    expect(await resolve([X64, X64_MUSL], { checkout, builder })).toHaveLength(1);
  });

  it('refuses a Dockerfile of a target for another architecture, whose steps cannot run here', async () => {
    putForAll('1.18.4', '27.3.4.16');
    const checkout = await directoryWith({ 'ci/Dockerfile': 'ARG BASE\nFROM ${BASE}\nRUN true\n' });
    const builder = { packages: [], dockerfile: path.join(checkout, 'ci/Dockerfile'), repository: undefined };
    const error = await errorOf(() => resolve([X64, ARM64], { checkout, builder }));
    expect(error).toMatchObject({ code: 'cannot-cross', exitStatus: 5 });
    expect(error.message).toMatch(/ci\/Dockerfile makes the builder image of aarch64-unknown-linux-gnu/);
    expect(await resolve([X64, X64_MUSL], { checkout, builder })).toHaveLength(1);
    expect(await resolve([X64, ARM64], { checkout, builder, method: 'emulate' })).toHaveLength(2);
  });

  it('refuses --no-compile for what is assembled from code of another target', async () => {
    putForAll('1.18.4', '27.3.4.16');
    const releaseArgs = readReleaseArgs(['--no-compile']);
    const error = await errorOf(() => resolve([X64, X64_MUSL], { releaseArgs }));
    expect(error).toMatchObject({
      code: 'cannot-cross',
      message: expect.stringContaining('x86_64-unknown-linux-musl'),
    });
    expect(await resolve([X64], { releaseArgs })).toHaveLength(1);
  });
});

describe('resolveCompilations, of versions', () => {
  const pairsOf = (compilations: readonly Compilation[]): readonly (string | undefined)[] =>
    referencesOf(compilations).map((name) => /:(\S+-erlang-[\d.]+)-/.exec(name ?? '')?.[1]);

  it('takes the newest pair that all targets have', async () => {
    put(X64, '1.18.4', '27.3.4.16');
    put(X64, '1.18.4', '27.3.4.3');
    put(X64, '1.18.3', '27.3.4.16');
    put(X64_MUSL, '1.18.4', '27.3.4.3');
    put(X64_MUSL, '1.18.3', '27.3.4.16');
    put(ARM64, '1.18.3', '27.3.4.16');
    expect(pairsOf(await resolve([X64, X64_MUSL]))).toEqual(Array(2).fill('1.18.4-erlang-27.3.4.3'));
    expect(pairsOf(await resolve([X64, X64_MUSL, ARM64]))).toEqual(Array(3).fill('1.18.3-erlang-27.3.4.16'));
    expect(pairsOf(await resolve([X64]))).toEqual(['1.18.4-erlang-27.3.4.16']);
  });

  it('takes it by the image that compiles, too', async () => {
    put(X64, '1.18.3', '27.3.4.16');
    put(ARM64, '1.18.4', '27.3.4.16');
    put(ARM64, '1.18.3', '27.3.4.16');
    expect(pairsOf(await resolve([ARM64]))).toEqual(['1.18.3-erlang-27.3.4.16']);
  });

  it('expects of each further image the very versions, and of the first what was asked for', async () => {
    putForAll('1.18.4', '27.3.4.16');
    const [compilation] = await resolve([X64, ARM64]);
    const [first, second] = compilation?.targets.map(({ plan }) => plan.expected.otp) ?? [];
    expect([first?.matches('27.3.4.2'), first?.matches('27.3.4.16')]).toEqual([true, true]);
    expect([second?.matches('27.3.4.2'), second?.matches('27.3.4.16')]).toEqual([false, true]);
    expect(second?.requested).toBe('OTP 27.3.4.16');
  });

  it('refuses where no pair is there for all, with what each target has', async () => {
    put(X64, '1.18.4', '27.3.4.16');
    put(ARM64, '1.18.4', '27.3.4.3');
    put(ARM64, '1.18.3', '27.3.4.16');
    const error = await errorOf(() => resolve([X64, ARM64]));
    expect(error).toMatchObject({ code: 'cannot-cross', exitStatus: 5 });
    expect(error.message).toContain(
      'x86_64-unknown-linux-gnu on debian:bookworm has Elixir 1.18.4 with OTP 27.3.4.16 at best; ' +
        'aarch64-unknown-linux-gnu on debian:bookworm has Elixir 1.18.4 with OTP 27.3.4.3 at best',
    );
    expect(error.next).toContain('elixir-version');
  });

  it('says of a target without any image what it says of that target alone', async () => {
    put(X64, '1.18.4', '27.3.4.16');
    const error = await errorOf(() => resolve([X64, ARM64]));
    expect(error).toMatchObject({ code: 'image-not-found' });
    expect(error.message).toContain('arm64');
  });

  it('leaves the versions of an image that was named to its probe', async () => {
    const versions = { elixir: '1.18', otp: undefined, file: undefined };
    const [compilation] = await resolve([X64, ARM64], { image: { named: 'team/elixir:1', versions } });
    expect(compilation?.targets.map(({ plan }) => plan.expected.elixir?.matches('1.18.1'))).toEqual([true, true]);
  });
});

describe('compilationLines and compilationFacts', () => {
  it('tell for each target the method, and which builder lends the bytecode', async () => {
    putForAll('1.18.4', '27.3.4.16');
    const compilations = await resolve([X64_MUSL, ARM64]);
    const lines = compilationLines(compilations);
    expect(lines.filter((line) => /^(target|engine|method|builder|bytecode|$)/.test(line))).toEqual([
      'target   x86_64-unknown-linux-musl (asked as x64-musl): linux/amd64, musl',
      'engine   amd64, native',
      'method   native (the engine is amd64)',
      expect.stringMatching(/^builder {2}\S+ \(made by dockerfiles\/musl\.Dockerfile\)$/),
      '',
      'target   aarch64-unknown-linux-gnu (asked as arm64-gnu): linux/arm64, glibc',
      'engine   amd64, assembles for linux/arm64, and runs nothing of it',
      'method   cross (the engine is amd64; the bytecode is compiled for x86_64-unknown-linux-musl)',
      'bytecode hexpm/elixir:1.18.4-erlang-27.3.4.16-alpine-3.22.4 (in the engine) for x86_64-unknown-linux-musl',
    ]);
    expect(compilationFacts(compilations)).toMatchObject([
      { target: 'x86_64-unknown-linux-musl', method: 'native' },
      {
        ...{ target: 'aarch64-unknown-linux-gnu', method: 'cross', builder: null, builderPresent: false },
        bytecode: { target: 'x86_64-unknown-linux-musl', builder: expect.stringContaining('mix-release') as unknown },
      },
    ]);
  });
});
