import { describe, expect, it } from '@jest/globals';
import { chooseRuntime, type RuntimeImageQuery } from '../../../src/smoke/choose-runtime.js';
import { findTarget } from '../../../src/targets/find.js';
import { fakeEngine, type FakeEngine, type FakeEngineOptions } from '../../support/fake-engine/engine.js';
import type { FakeAnswer } from '../../support/fake-engine/handlers.js';
import { errorOf } from '../support/errors.js';
import { directoryWith } from '../support/files.js';
import { PROBE } from '../support/probe.js';
import { AUDIT } from '../support/release.js';

const SYSTEM = 'debian:trixie-slim';
const MIRROR = 'mirror.example.com/library/debian:trixie-slim';
const BUILDER = 'mix-release-builder:abc';

/** What differs from a query of a release with an Erlang that nothing is requested for. */
type Changes = Partial<RuntimeImageQuery> & { readonly hasErts?: boolean };

async function chosen(engine: FakeEngine, { hasErts = true, ...changes }: Changes = {}) {
  const directory = await directoryWith({ 'bin/web': '', ...(hasErts ? { 'erts-15.2.7/bin/erl': '' } : {}) });
  const query: RuntimeImageQuery = {
    ...{ target: findTarget('x86_64-unknown-linux-gnu'), emulated: false, erlFlags: '', run: 'run' },
    ...{ named: undefined, packages: [], needs: undefined, registry: undefined, pull: 'missing' },
    ...{ builder: BUILDER, probe: PROBE, release: { name: 'web', directory, erts: '15.2.7' } },
    ...changes,
  };
  const context = { env: {}, signal: new AbortController().signal, onLine: () => undefined };
  return chooseRuntime(engine, query, context);
}

/** An engine with these images in it, and these in the registries that it pulls from. */
function engineWith(
  here: readonly string[],
  published: readonly string[] = [],
  options: FakeEngineOptions = {},
): FakeEngine {
  const engine = fakeEngine(options);
  for (const name of here) engine.addImage({ names: [name] });
  for (const name of published) engine.publish({ names: [name] });
  return engine;
}

const pulled = ({ calls }: FakeEngine): readonly string[] =>
  calls.filter(({ name }) => name === 'images.pull').map(({ about }) => about);

describe('the runtime image of a release with an Erlang', () => {
  it('is the system of the builder, which packageFamily by what is missing', async () => {
    const engine = engineWith([SYSTEM]);
    const image = await engine.images.inspect(SYSTEM);
    expect(await chosen(engine, { needs: AUDIT.requirements })).toEqual({
      image: { reference: SYSTEM, id: image?.id, digest: image?.id },
      ...{ hasErlang: false, packages: [], packageFamily: 'debian', needs: AUDIT.requirements },
    });
    expect(pulled(engine)).toEqual([]);
  });

  it('begins with the packages that are named, and grows by what is missing, too', async () => {
    expect(await chosen(engineWith([SYSTEM]), { packages: ['libodbc2'] })).toMatchObject({
      ...{ packages: ['libodbc2'], packageFamily: 'debian' },
    });
  });

  it('is pulled where it is missing, or for every build', async () => {
    const missing = engineWith([], [SYSTEM]);
    expect((await chosen(missing)).image.reference).toBe(SYSTEM);
    expect(pulled(missing)).toEqual([SYSTEM]);
    const present = engineWith([SYSTEM], [SYSTEM]);
    await chosen(present, { pull: 'always' });
    expect(pulled(present)).toEqual([SYSTEM]);
  });

  it('is that of one platform where the target is emulated', async () => {
    const engine = fakeEngine();
    engine.publish({ names: ['arm64v8/debian:trixie-slim'], platform: 'linux/arm64' });
    const target = findTarget('aarch64-unknown-linux-gnu');
    expect((await chosen(engine, { target, emulated: true })).image.reference).toBe('arm64v8/debian:trixie-slim');
  });

  it.each([
    ['', 'an unknown system'],
    ['void 1', 'void 1'],
  ])('is not known where the builder is %j', async (os, said) => {
    const error = await errorOf(() => chosen(fakeEngine(), { probe: { ...PROBE, os } }));
    expect(error).toMatchObject({ code: 'runtime-image-not-found', exitStatus: 4 });
    expect(error.message).toContain(`built on ${said}`);
    expect(error.next).toContain('runtime-image');
  });

  it.each([
    ['pull is never', 'never', 'image-not-found'],
    ['no registry has it', 'missing', 'image-not-found'],
  ] as const)('is an error that names the ways out where it is not here and %s', async (_, pull, code) => {
    const error = await errorOf(() => chosen(engineWith([], pull === 'never' ? [SYSTEM] : []), { pull }));
    expect(error).toMatchObject({ code, exitStatus: 4 });
    expect(error.message).toContain(SYSTEM);
    expect(error.next).toMatch(/^It is for the smoke test.*runtime-image.*smoke-test: off/);
  });
});

describe('the runtime image of a system, by way of a registry', () => {
  const registry = 'mirror.example.com';

  it.each<[string, readonly string[], RuntimeImageQuery['pull'], string, readonly string[]]>([
    ['the registry’s, where that is here', [SYSTEM, MIRROR], 'missing', MIRROR, []],
    ['Docker Hub’s, where only that is here', [SYSTEM], 'missing', SYSTEM, []],
    ['Docker Hub’s, where only that is here and nothing may be pulled', [SYSTEM], 'never', SYSTEM, []],
    ['pulled from the registry, where neither is here', [], 'missing', MIRROR, [MIRROR]],
    ['pulled from the registry for every build, whatever is here', [SYSTEM], 'always', MIRROR, [MIRROR]],
  ])('is %s', async (_, here, pull, reference, pulls) => {
    const engine = engineWith(here, [SYSTEM, MIRROR]);
    expect((await chosen(engine, { registry, pull })).image.reference).toBe(reference);
    expect(pulled(engine)).toEqual(pulls);
  });

  it('is not Docker Hub’s for another platform', async () => {
    const engine = engineWith([], [MIRROR]);
    engine.addImage({ names: [SYSTEM], platform: 'linux/arm64' });
    expect((await chosen(engine, { registry })).image.reference).toBe(MIRROR);
  });

  it('is missing by the registry’s name, where neither is here and nothing may be pulled', async () => {
    const error = await errorOf(() => chosen(engineWith([], [MIRROR]), { registry, pull: 'never' }));
    expect(error).toMatchObject({ code: 'image-not-found' });
    expect(error.message).toContain(MIRROR);
  });
});

describe('a runtime image that is named', () => {
  const named = 'example/own:1';

  it('is used as it is', async () => {
    const engine = engineWith([named, SYSTEM]);
    expect(await chosen(engine, { named, needs: AUDIT.requirements })).toMatchObject({
      ...{ hasErlang: false, packages: [], packageFamily: undefined, needs: AUDIT.requirements },
      image: { reference: named },
    });
    expect(await chosen(engine, { named, packages: ['libodbc2'] })).toMatchObject({ packages: ['libodbc2'] });
    // A release with an Erlang needs none in its image.
    expect(engine.calls.filter(({ name }) => name === 'containers.start')).toEqual([]);
  });

  it('is pulled by that name and no registry’s', async () => {
    const engine = engineWith([], [named]);
    await chosen(engine, { named, registry: 'mirror.example.com' });
    expect(pulled(engine)).toEqual([named]);
  });
});

describe('the runtime image of a release without an Erlang', () => {
  it('is its builder', async () => {
    const engine = engineWith([BUILDER, SYSTEM]);
    const image = await engine.images.inspect(BUILDER);
    expect(await chosen(engine, { hasErts: false })).toEqual({
      image: { reference: BUILDER, id: image?.id, digest: image?.id },
      ...{ hasErlang: true, packages: [], packageFamily: undefined, needs: undefined },
    });
  });

  it('is an error where the builder is gone', async () => {
    const error = await errorOf(() => chosen(engineWith([SYSTEM]), { hasErts: false }));
    expect(error).toMatchObject({ code: 'engine-error' });
    expect(error.message).toContain(`the image ${BUILDER} is gone`);
  });
});

describe('a named runtime image for a release without an Erlang', () => {
  const named = 'example/erlang:27';
  const withErl = (answer: FakeAnswer | undefined, seen: unknown[] = []): FakeEngine =>
    engineWith([named], [], {
      handlers: {
        run: ({ title, env }, { spec }) => {
          seen.push({ title, env, sealed: spec.sealed, user: spec.user, labels: spec.labels });
          return answer;
        },
      },
    });

  it('is asked for its Erlang in a closed container, of which nothing is left', async () => {
    const seen: unknown[] = [];
    const engine = withErl({ lines: ['a warning', '15.2.7'] }, seen);
    const runtime = await chosen(engine, { named, hasErts: false, erlFlags: '+JMsingle true' });
    expect(runtime).toMatchObject({ hasErlang: true, image: { reference: named } });
    expect(seen).toEqual([
      {
        ...{ title: 'erl', env: { HOME: '/tmp', ERL_FLAGS: '+JMsingle true' }, sealed: true, user: '10001:10001' },
        labels: { 'mix-release.kind': 'smoke', 'mix-release.run': 'run' },
      },
    ]);
    expect(engine.left().containers).toEqual([]);
  });

  it('gets no flags of Erlang where there are none', async () => {
    const seen: unknown[] = [];
    await chosen(withErl({ lines: ['15.2.7'] }, seen), { named, hasErts: false });
    expect(seen).toEqual([expect.objectContaining({ env: { HOME: '/tmp' } })]);
  });

  it.each<[string, FakeAnswer | undefined, string]>([
    ['has another', { lines: ['14.0'] }, 'has ERTS 14.0'],
    ['has one that does not start', { lines: ['15.2.7'], status: 1 }, 'has no Erlang'],
    ['has none', undefined, 'has no Erlang'],
  ])('is an error where it %s', async (_, answer, said) => {
    const engine = withErl(answer);
    const error = await errorOf(() => chosen(engine, { named, hasErts: false }));
    expect(error).toMatchObject({ code: 'image-mismatch', exitStatus: 4 });
    expect(error.message).toBe(
      `release web needs ERTS 15.2.7 (include_erts: false), but runtime-image ${named} ${said}`,
    );
    expect(engine.left().containers).toEqual([]);
  });

  it.each([
    [
      'nothing can be run in it',
      { kind: 'refuse', status: 400, reason: 'exec format error' },
      'runtime-image-unusable',
    ],
    ['the engine fails', { kind: 'refuse', status: 500, reason: 'no space left on device' }, 'engine-error'],
    ['the engine breaks', { kind: 'break', when: 'before' }, 'engine-connection-lost'],
  ] as const)('is an error of its own kind where %s', async (_, fault, code) => {
    const engine = withErl({});
    engine.fail('containers.start', fault);
    expect(await errorOf(() => chosen(engine, { named, hasErts: false }))).toMatchObject({ code });
  });
});
