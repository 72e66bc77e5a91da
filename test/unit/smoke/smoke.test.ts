import { describe, expect, it } from '@jest/globals';
import { smokeRelease, type SmokeTestOptions } from '../../../src/smoke/smoke.js';
import { findTarget } from '../../../src/targets/find.js';
import { fakeEngine, type FakeEngine } from '../../support/fake-engine/engine.js';
import { errorOf } from '../support/errors.js';
import { directoryWith } from '../support/files.js';

const SETTING: SmokeTestOptions = {
  ...{ target: findTarget('x86_64-unknown-linux-gnu'), test: 'eval', env: {}, timeout: 0.05, emulated: false },
  ...{ erlFlags: '', run: 'run', proxies: {} },
};

/** Tries a release in an engine, and gives the error. */
async function triedIn(
  engine: FakeEngine,
  changes: Partial<SmokeTestOptions> = {},
  signal = new AbortController().signal,
) {
  const image = engine.addImage({ names: ['debian:trixie-slim'] });
  const runtime = {
    image: { reference: 'debian:trixie-slim', id: image.id, digest: image.id },
    ...{ hasErlang: false, packages: [], packageFamily: undefined, needs: undefined },
  };
  const directory = await directoryWith({ 'bin/web': '', 'releases/COOKIE': 'x', 'erts-15/bin/erl': '' });
  const release = { name: 'web', version: '0.1.0', directory };
  const context = { signal, onLine: () => undefined, note: () => undefined };
  return errorOf(() => smokeRelease(engine, release, runtime, { ...SETTING, ...changes }, context));
}

const LATE = { kind: 'late', milliseconds: 150 } as const;

describe('a smoke test whose time is up while its container is prepared', () => {
  it.each([
    ['its start', 'containers.start', {}],
    ['the way of the release into it', 'container.put', {}],
    ['that of a script', 'container.put', { test: { name: 'ci/smoke.sh', text: 'true', bash: false } }],
  ] as const)('is out of time by %s, and no defect', async (_, call, changes) => {
    const engine = fakeEngine();
    // The release goes in before a script does.
    if ('test' in changes) engine.fail(call, { kind: 'late', milliseconds: 0 }, { times: 1 });
    engine.fail(call, LATE);
    const error = await triedIn(engine, changes);
    expect(error).toMatchObject({ code: 'smoke-timeout', exitStatus: 7 });
    expect(error.message).toContain(
      'release web does not run in debian:trixie-slim: its container was not ready after',
    );
    expect(error.next).toContain('smoke-timeout');
    expect(engine.left().containers).toEqual([]);
  });

  it.each([
    ['the engine fails', 'container.put', { kind: 'break', when: 'before' }, 'engine-connection-lost'],
    ['the engine refuses', 'container.put', { kind: 'refuse', status: 500, reason: 'no space' }, 'engine-error'],
  ] as const)('is not meant where %s in time', async (_, call, fault, code) => {
    const engine = fakeEngine();
    engine.fail(call, fault);
    expect(await triedIn(engine, { timeout: 60 })).toMatchObject({ code });
    expect(engine.left().containers).toEqual([]);
  });

  it('is not meant where the image does not fit', async () => {
    const engine = fakeEngine();
    engine.fail('containers.start', { kind: 'refuse', status: 400, reason: 'exec: "cat": executable file not found' });
    expect(await triedIn(engine, { timeout: 60 })).toMatchObject({ code: 'runtime-image-unusable' });
  });
});
