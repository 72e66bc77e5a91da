import { describe, expect, it } from '@jest/globals';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { packFiles } from '../../archive/files.js';
import type { Builder } from '../../builder/builder.js';
import { writeArchive } from '../../cache/archive.js';
import type { CacheStore } from '../../cache/store.js';
import type { RunningContainer } from '../../engine/container.js';
import type { BuildRequest } from '../../options/request.js';
import { stateKey } from './key.js';
import { restoreState, stateToSave } from './restore.js';
import { fakeEngine, type FakeEngine } from '../../../test/support/fake-engine/engine.js';
import { errorOf } from '../../../test/unit/support/errors.js';
import { directoryWith } from '../../../test/unit/support/files.js';
import { PROBE } from '../../../test/unit/support/probe.js';
import { requestWith } from '../../../test/unit/support/request.js';

const BUILDER: Builder = {
  tag: 'mix-release-builder:1',
  base: { reference: 'elixir:1', id: 'sha256:1', digest: 'sha256:1' },
  probe: PROBE,
  erlFlags: '',
  origin: 'present',
};
const DEPS = '/build/src/deps/jason/mix.exs';
const BEAM = '/build/src/_build/prod/lib/web/ebin/web.beam';
const keyOf = (inputs: string, changes: Partial<BuildRequest> = {}) =>
  stateKey(requestWith(changes), BUILDER, inputs.repeat(32));
const KEY = keyOf('a');

/** The archive of a state that was saved by a run with this key. */
async function archiveOf(key = KEY): Promise<string> {
  const file = path.join(await directoryWith(), 'state.tar.zst');
  const entries = ['build/src/_build/prod/lib/web/ebin/web.beam', 'build/src/deps/jason/mix.exs'];
  await writeArchive(packFiles(entries.map((name) => ({ path: name, text: 'cached' }))), file, key.facts, () => true);
  return file;
}

interface Store extends CacheStore {
  readonly requested: readonly unknown[];
  readonly dropped: readonly string[];
}

/** A store that has one state: the archive in a file, under a key. */
function storeOf(found?: { readonly key: string; readonly file: string }): Store {
  const requested: unknown[] = [];
  const dropped: string[] = [];
  return {
    ...{ requested, dropped },
    restore: (key) => {
      requested.push(key);
      return Promise.resolve(found);
    },
    remove: (file) => Promise.resolve(void dropped.push(file)),
    scheduleSave: () => {
      throw new Error('there is nothing to save yet');
    },
  };
}

/** A build container with an empty state; `find` in it removes that state, unless it fails. */
async function container(status = 0): Promise<{ readonly engine: FakeEngine; readonly container: RunningContainer }> {
  const engine = fakeEngine({
    handlers: {
      run: ({ argv }, { volume }) => {
        expect(argv).toEqual(['find', '/build', '-mindepth', '2', '-delete']);
        const below = volume?.files.below('/').map(([name]) => name) ?? [];
        if (status === 0) for (const name of below.filter((each) => each !== '/')) volume?.files.remove(name);
        return { status };
      },
    },
  });
  engine.addImage({ names: [BUILDER.tag] });
  const volume = { name: 'state', path: '/build', labels: {} };
  const spec = { image: BUILDER.tag, name: 'build', platform: 'linux/amd64', user: 'builder', labels: {}, volume };
  return { engine, container: await engine.containers.start(spec) };
}

/** Restores in a new container, and says what came of it. */
async function restored(store: CacheStore, key = KEY) {
  const { engine, container: build } = await container();
  const notes: string[] = [];
  const hit = await restoreState(store, build, key, (text) => notes.push(text));
  const has = (place: string): boolean => engine.container('build')?.has(place) ?? false;
  return { hit, notes, deps: has(DEPS), beam: has(BEAM), engine };
}

describe('restoreState', () => {
  it('puts the very state on the volume, with no note, and drops the file', async () => {
    const file = await archiveOf();
    const store = storeOf({ key: KEY.key, file });
    const { hit, notes, deps, beam, engine } = await restored(store);
    expect({ hit, notes, deps, beam }).toEqual({ hit: 'exact', notes: [], deps: true, beam: true });
    expect(engine.readVolume('state', '/src/deps/jason/mix.exs')).toBe('cached');
    expect(store.requested).toEqual([KEY]);
    expect(store.dropped).toEqual([file]);
  });

  it('puts an older state on the volume, and says what it lacks', async () => {
    const older = keyOf('b');
    const file = await archiveOf(older);
    const store = storeOf({ key: older.key, file });
    const { hit, notes, deps } = await restored(store);
    expect({ hit, deps }).toEqual({ hit: 'partial', deps: true });
    expect(notes).toEqual([expect.stringMatching(/^the build cache \S+b{32} is of another lock/)]);
    expect(store.dropped).toEqual([file]);
  });

  it('says under which names nothing was found, and starts nothing', async () => {
    const store = storeOf();
    const { hit, notes, engine } = await restored(store);
    expect(hit).toBe('none');
    expect(notes).toEqual([`there is no build cache under ${KEY.key} or ${KEY.prefix}…`]);
    expect(store.dropped).toEqual([]);
    expect(engine.calls.map(({ name }) => name)).toEqual(['containers.start']);
  });

  it.each<[string, Partial<BuildRequest>, RegExp]>([
    ['suffix', { cacheKeySuffix: 'v2' }, /discarded: its image is \w+, and not \w+$/],
    ['environment', { mixEnv: 'test' }, /discarded: its mix-env is test, and not prod$/],
  ])('takes up no state of another %s, whatever its store says', async (_, changes, says) => {
    const file = await archiveOf(keyOf('a', changes));
    const store = storeOf({ key: KEY.key, file });
    const { hit, notes, deps } = await restored(store);
    expect({ hit, deps }).toEqual({ hit: 'none', deps: false });
    expect(notes).toEqual([expect.stringMatching(says)]);
    expect(store.dropped).toEqual([file]);
  });

  it('puts nothing of a broken archive on the volume', async () => {
    const file = await archiveOf();
    const whole = await readFile(file);
    await writeFile(file, whole.subarray(0, whole.length / 2));
    const store = storeOf({ key: KEY.key, file });
    const { hit, notes, deps, beam, engine } = await restored(store);
    expect({ hit, deps, beam }).toEqual({ hit: 'none', deps: false, beam: false });
    expect(notes).toEqual([expect.stringContaining(`the build cache ${KEY.key} was discarded: `)]);
    expect(engine.calls.map(({ name }) => name)).not.toContain('container.put');
    expect(store.dropped).toEqual([file]);
  });

  it('clears the volume of what came of a state, where the rest did not', async () => {
    const { engine, container: build } = await container();
    engine.fail('container.put', { kind: 'break', when: 'midway' });
    const file = await archiveOf();
    const store = storeOf({ key: KEY.key, file });
    const notes: string[] = [];
    let halfway = false;
    const put: RunningContainer['put'] = async (...args) => {
      try {
        await build.put(...args);
      } finally {
        halfway = engine.container('build')?.has(BEAM) ?? false;
      }
    };
    expect(await restoreState(store, { ...build, put }, KEY, (text) => notes.push(text))).toBe('none');
    expect(halfway).toBe(true);
    expect(engine.container('build')?.has('/build/src/_build')).toBe(false);
    expect(notes).toEqual([expect.stringContaining(`the build cache ${KEY.key} could not be used: `)]);
    expect(store.dropped).toEqual([file]);
  });

  it('does not let a build go on with half a state', async () => {
    const { engine, container: build } = await container(1);
    engine.fail('container.put', { kind: 'refuse', status: 500, reason: 'no space left on device' });
    const file = await archiveOf();
    const store = storeOf({ key: KEY.key, file });
    const error = await errorOf(() => restoreState(store, build, KEY, () => undefined));
    expect(error.code).toBe('engine-error');
    expect(error.message).toContain('no space left on device');
    expect(store.dropped).toEqual([file]);
  });
});

describe('stateToSave', () => {
  it.each(['true', 'deps'] as const)('names the volume of this run, and with cache %s what goes in', (cache) => {
    expect(stateToSave(KEY, requestWith({ cache }), BUILDER, 'f3b0')).toEqual({
      ...{ key: KEY.key, facts: KEY.facts, volume: 'mix-release-state-run-f3b0' },
      ...{ image: BUILDER.tag, platform: 'linux/amd64', withBuild: cache === 'true' },
    });
  });
});
