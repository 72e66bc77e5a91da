import { describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { MixReleaseError } from '../../../src/errors.js';
import { stageRunner, type Reporter, type StageRunner } from '../../../src/pipeline/run.js';
import { errorOf } from '../support/errors.js';

interface Told {
  readonly events: unknown[];
  readonly seconds: number[];
}

function runner(signal = new AbortController().signal): { stages: StageRunner; told: Told } {
  const told: Told = { events: [], seconds: [] };
  const reporter: Reporter = {
    stageStarted: (stage) => void told.events.push(['started', stage]),
    stageEnded: (stage, seconds, outcome) => {
      told.events.push(['ended', stage, outcome]);
      told.seconds.push(seconds);
    },
    line: () => undefined,
    note: () => undefined,
  };
  return { stages: stageRunner(reporter, signal), told };
}

describe('stageRunner', () => {
  it('returns what a stage gives, and tells its outcome', async () => {
    const { stages, told } = runner();
    const given = await stages.run(
      'sources',
      () => Promise.resolve(42),
      (count) => `${String(count)} files`,
    );
    await stages.run('compile', () => Promise.resolve());
    expect(given).toBe(42);
    expect(told.events).toEqual([
      ['started', 'sources'],
      ['ended', 'sources', '42 files'],
      ['started', 'compile'],
      ['ended', 'compile', ''],
    ]);
  });

  it('adds up the times of a stage that runs more than once', async () => {
    const { stages, told } = runner();
    for (let run = 0; run < 2; run += 1) await stages.run('release', () => sleep(30));
    await stages.run('tree', () => sleep(10));
    const [first = 0, second = 0] = told.seconds;
    expect(first).toBeGreaterThan(0.02);
    expect(stages.seconds.release).toBeCloseTo(first + second, 2);
    expect(stages.seconds.tree).toBeLessThan(first + second);
    expect(Object.keys(stages.seconds)).toEqual(['release', 'tree']);
  });

  it.each([new MixReleaseError('deps-failed', { what: 'w', next: 'n' }), new TypeError('a defect')])(
    'passes on %s as it is, and tells that the stage failed',
    async (error) => {
      const { stages, told } = runner();
      await expect(stages.run('deps', () => Promise.reject(error))).rejects.toBe(error);
      expect(told.events).toEqual([
        ['started', 'deps'],
        ['ended', 'deps', undefined],
      ]);
    },
  );

  it.each([
    ['an error of ours', () => Promise.reject(new MixReleaseError('engine-lost', { what: 'w', next: 'n' }))],
    ['any error', () => Promise.reject(new Error('socket hang up'))],
    ['a result', () => Promise.resolve('too late')],
  ])('turns %s into cancelled once the signal was given', async (_, end) => {
    const controller = new AbortController();
    const { stages, told } = runner(controller.signal);
    const error = await errorOf(() =>
      stages.run('compile', () => {
        controller.abort();
        return end();
      }),
    );
    expect(error).toMatchObject({ code: 'cancelled', exitStatus: 130 });
    expect(error.message).toContain('compile');
    expect(told.events).toEqual([
      ['started', 'compile'],
      ['ended', 'compile', undefined],
    ]);
  });

  it('starts no stage after that', async () => {
    const { stages, told } = runner(AbortSignal.abort());
    let worked = false;
    const error = await errorOf(() =>
      stages.run('publish', () => {
        worked = true;
        return Promise.resolve();
      }),
    );
    expect(error.code).toBe('cancelled');
    expect(worked).toBe(false);
    expect(told.events).toEqual([]);
  });
});
