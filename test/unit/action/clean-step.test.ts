import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { ScheduledSave } from '../../../src/cache/scheduled-save.js';
import { incompatibilityOf } from '../../../src/cache/read.js';
import { fakeEngine, type FakeEngine } from '../../support/fake-engine/engine.js';
import { capturePrinted, keepEnvironment } from '../support/environment.js';
import { directoryWith } from '../support/files.js';

const saveCache = jest.fn<(paths: readonly string[], key: string) => Promise<number>>();
jest.unstable_mockModule('@actions/cache', () => ({ saveCache }));
const { cleanStep } = await import('../../../src/action/clean-step.js');

keepEnvironment();
const printed = capturePrinted();

const RUN = 'f3b0';
const LABELS = { 'mix-release.kind': 'state', 'mix-release.run': RUN };
const OTHER = { ...LABELS, 'mix-release.run': 'another' };
const STATE: ScheduledSave = {
  key: 'mix-release-1-abc',
  facts: { otp: '27.3.4.1' },
  volume: `mix-release-state-run-${RUN}`,
  image: 'mix-release-builder:abc',
  platform: 'linux/amd64',
  withBuild: true,
};

let engine: FakeEngine;
/** Volumes and containers of the engine when a state was saved. */
let whenSaved: readonly string[];
beforeEach(async () => {
  for (const name of ['ACTIONS_CACHE_MODE', 'STATE_run', 'STATE_state']) Reflect.deleteProperty(process.env, name);
  process.env.RUNNER_TEMP = await directoryWith();
  engine = fakeEngine();
  engine.addImage({ names: [STATE.image] });
  engine.addVolume(STATE.volume, LABELS);
  engine.addVolume('mix-release-state-run-another', OTHER);
  whenSaved = [];
  saveCache.mockReset().mockImplementation(async ([file = '']) => {
    whenSaved = engine.left().volumes;
    expect(await incompatibilityOf(file, STATE.facts)).toBeUndefined();
    return 7;
  });
});

/** Runs the step after a main step that left this. */
async function clean({ run = RUN, state }: { run?: string; state?: string } = {}, connect?: () => Promise<FakeEngine>) {
  if (run !== '') process.env.STATE_run = run;
  if (state !== undefined) process.env.STATE_state = state;
  await cleanStep(connect ?? (() => Promise.resolve(engine)));
}

const warnings = (): readonly string[] => printed.stdout.split('\n').filter((line) => line.startsWith('::warning'));

describe('cleanStep', () => {
  it('does nothing where main did not come so far', async () => {
    await clean({ run: '' }, () => Promise.reject(new Error('the engine was requested')));
    expect(printed.stdout).toBe('');
  });

  it('removes what main left of its run, and nothing of another', async () => {
    const spec = { image: STATE.image, platform: STATE.platform, user: 'builder' };
    await engine.containers.start({ ...spec, name: 'of-this-run', labels: LABELS });
    await engine.containers.start({ ...spec, name: 'of-another', labels: OTHER });
    await engine.networks.create({ name: 'network-of-this-run', labels: LABELS });
    await clean();
    expect(engine.left()).toMatchObject({
      ...{ networks: [], volumes: ['mix-release-state-run-another'], images: [STATE.image] },
      // The engine is let go of at the end, so that the other run's is gone only by that in this test.
      endedByDisposal: ['of-another'],
    });
    expect(printed.stdout).toBe(
      `removed of-this-run\nremoved network-of-this-run\nremoved mix-release-state-run-${RUN}\n`,
    );
    expect(saveCache).not.toHaveBeenCalled();
  });

  it('saves the state that main planned to save before the volume goes', async () => {
    await clean({ state: JSON.stringify(STATE) });
    expect(saveCache.mock.calls.map(([, key]) => key)).toEqual([STATE.key]);
    expect(whenSaved).toContain(STATE.volume);
    expect(engine.left().volumes).toEqual(['mix-release-state-run-another']);
    expect(engine.left().endedByDisposal).toEqual([]);
    expect(printed.stdout).toContain(`saved the build cache as ${STATE.key}\n`);
    expect(warnings()).toEqual([]);
  });

  it('warns of a state that cannot be saved, and removes it all the same', async () => {
    saveCache.mockRejectedValue(new Error('HTTP 503'));
    await clean({ state: JSON.stringify(STATE) });
    expect(warnings()).toEqual(['::warning::the build cache was not saved: HTTP 503']);
    expect(engine.left().volumes).toEqual(['mix-release-state-run-another']);
  });

  it('warns of what main left that cannot be read, and removes the volume', async () => {
    await clean({ state: '{"key":' });
    expect(warnings()).toEqual([expect.stringContaining('the scheduled save is invalid')]);
    expect(saveCache).not.toHaveBeenCalled();
    expect(engine.left().volumes).toEqual(['mix-release-state-run-another']);
  });

  it('warns of each thing that cannot be removed', async () => {
    engine.fail('volumes.remove', { kind: 'refuse', status: 409, reason: 'volume is in use' });
    await clean();
    expect(warnings()).toEqual([
      expect.stringMatching(/^::warning::could not be removed after the build: volume \S+: .*volume is in use$/),
    ]);
    expect(process.exitCode).toBeUndefined();
  });

  it('warns where the engine is away, and fails nothing', async () => {
    await clean({ state: JSON.stringify(STATE) }, () => Promise.reject(new Error('no engine answers')));
    expect(printed.stdout).toBe('::warning::could not clean up after the build: no engine answers\n');
    expect(process.exitCode).toBeUndefined();
  });

  it('warns where the engine goes away on the way, and fails nothing', async () => {
    engine.fail('containers.list', { kind: 'break', when: 'before' });
    await clean();
    expect(warnings()).toEqual([
      expect.stringContaining('::warning::could not be removed after the build: the containers: '),
    ]);
    expect(process.exitCode).toBeUndefined();
  });

  it('leaves no file of the state on this machine', async () => {
    await clean({ state: JSON.stringify(STATE) });
    const file = path.join(process.env.RUNNER_TEMP ?? '', 'mix-release-cache/state.tar.zst');
    expect(saveCache.mock.calls.map(([files]) => files)).toEqual([[file]]);
    await expect(readFile(file)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
