import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { labels } from '../../../src/engine/labels.js';
import type { ScheduledSave } from '../../../src/cache/scheduled-save.js';
import type { Engine } from '../../../src/engine/engine.js';
import { fakeEngine, type FakeEngine } from '../../support/fake-engine/engine.js';
import { capturePrinted, keepEnvironment } from '../support/environment.js';

const saveCached = jest.fn<(engine: Engine, run: string, state: ScheduledSave) => Promise<void>>();
jest.unstable_mockModule('../../../src/action/cache.js', () => ({ saveCached }));
const { cleanStep } = await import('../../../src/action/clean-step.js');

const STATE: ScheduledSave = {
  ...{ key: 'mix-release-1-x', facts: { otp: '27' }, volume: 'state-one' },
  ...{ image: 'mix-release-builder:1', platform: 'linux/amd64', withBuild: true },
};

keepEnvironment();
const printed = capturePrinted();

let engine: FakeEngine;
beforeEach(() => {
  engine = fakeEngine();
  engine.addVolume('state-one', labels('state', 'one'));
  engine.addVolume('state-two', labels('state', 'two'));
  saveCached.mockReset().mockResolvedValue(undefined);
  delete process.env.STATE_state;
  process.env.STATE_run = 'one';
});

const clean = (): Promise<void> => cleanStep(() => Promise.resolve(engine));

describe('cleanStep', () => {
  it('removes what the run of main left, and names it', async () => {
    await clean();
    expect(engine.left().volumes).toEqual(['state-two']);
    expect(printed.stdout).toBe('removed state-one\n');
    expect(saveCached).not.toHaveBeenCalled();
  });

  it('asks no engine where main left nothing', async () => {
    delete process.env.STATE_run;
    await cleanStep(() => Promise.reject(new Error('asked')));
    expect(printed).toEqual({ stdout: '', stderr: '' });
  });

  it('saves the state before its volume goes', async () => {
    process.env.STATE_state = JSON.stringify(STATE);
    saveCached.mockImplementation(() => {
      expect(engine.left().volumes).toContain('state-one');
      return Promise.resolve();
    });
    await clean();
    expect(saveCached).toHaveBeenCalledWith(engine, 'one', STATE);
    expect(engine.left().volumes).toEqual(['state-two']);
  });

  it('warns of what could not be removed, and of nothing else', async () => {
    engine.fail('volumes.remove', { kind: 'refuse', status: 500, reason: 'device is busy' });
    await clean();
    expect(printed.stdout).toMatch(
      /^::warning::could not be removed after the build: volume state-one: .*device is busy/,
    );
    expect(process.exitCode).toBeUndefined();
  });

  it('warns, and fails nothing, where no engine answers', async () => {
    await cleanStep(() => Promise.reject(new Error('no engine answers')));
    expect(printed.stdout).toBe('::warning::could not clean up after the build: no engine answers\n');
    expect(process.exitCode).toBeUndefined();
  });
});
