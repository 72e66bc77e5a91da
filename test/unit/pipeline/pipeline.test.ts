import { describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { MixReleaseError } from '../../../src/errors.js';
import { pipeline, type PipelineResult } from '../../../src/pipeline/pipeline.js';
import type { OptionalStage, Stage } from '../../../src/pipeline/stage.js';
import { openTestRun, type TestRun } from '../support/open-run.js';

const one: Stage<'one', { readonly start: number }, { readonly a: number }> = {
  name: 'one',
  does: '',
  run: ({ start }) => Promise.resolve({ a: start + 1 }),
  outcome: ({ a }) => `a is ${String(a)}`,
  notes: ({ a }) => [`noted ${String(a)}`],
  errors: [],
};
const two: Stage<'two', { readonly a: number }, { readonly b: number }> = {
  name: 'two',
  does: '',
  run: ({ a }) => Promise.resolve({ b: a * 10 }),
  errors: [],
};
const maybe: OptionalStage<'maybe', { readonly a: number }, { readonly c: number }> = {
  name: 'maybe',
  does: '',
  skip: ({ a }) => (a > 5 ? 'a is large' : undefined),
  run: ({ a }) => Promise.resolve({ c: a }),
  errors: [],
};
const each: Stage<'each', { readonly a: number; readonly name: string }, { readonly text: string }> = {
  name: 'each',
  does: '',
  run: ({ a, name }) => Promise.resolve({ text: `${name}${String(a)}` }),
  errors: [],
};
const after: Stage<'after', { readonly name: string; readonly text: string }, { readonly length: number }> = {
  name: 'after',
  does: '',
  run: ({ text }) => Promise.resolve({ length: text.length }),
  errors: [],
};
const all: Stage<'all', { readonly releases: readonly { readonly text: string }[] }, { readonly joined: string }> = {
  name: 'all',
  does: '',
  run: ({ releases }) => Promise.resolve({ joined: releases.map(({ text }) => text).join() }),
  errors: [],
};
const LIST = pipeline<{ start: number }, { name: string }>()
  .stage(one)
  .optional(maybe)
  .eachRelease(each, after)
  .stage(all);

const RELEASES = [{ name: 'web' }, { name: 'api' }];

async function ran(start: number, test = openTestRun()): Promise<{ result: PipelineResult; test: TestRun }> {
  return { result: await LIST.run({ start }, RELEASES, test.open), test };
}

describe('a list of stages', () => {
  it('does not compile where a stage needs what none before it gives', () => {
    // @ts-expect-error two needs what one gives
    pipeline<{ start: number }, object>().stage(two);
    const needsC: Stage<'x', { readonly c: number }, object> = {
      name: 'x',
      does: '',
      run: () => Promise.resolve({}),
      errors: [],
    };
    // @ts-expect-error what an optional stage gives may not be there
    LIST.stage(needsC);
    // @ts-expect-error what is given for each release is not there for the run
    LIST.stage(after);
    expect(LIST.stages.map(({ name }) => name)).toEqual(['one', 'maybe', 'each', 'after', 'all']);
  });

  it('hands on what each stage gives, for the run and for each release', async () => {
    const { result } = await ran(1);
    expect(result.error).toBeUndefined();
    expect(result.have).toEqual({ start: 1, a: 2, c: 2, joined: 'web2,api2' });
    expect(result.releases).toEqual([
      { name: 'web', text: 'web2', length: 4 },
      { name: 'api', text: 'api2', length: 4 },
    ]);
    expect(result.gave.get('each')).toEqual([{ text: 'web2' }, { text: 'api2' }]);
  });

  it('logs each stage with its outcome, its notes below, and why one is skipped', async () => {
    const { result, test } = await ran(9);
    expect(result.gave.has('maybe')).toBe(false);
    expect(test.events).toEqual([
      ['started', 'one'],
      ['ended', 'one', 'a is 10'],
      ['note', 'noted 10'],
      ['skipped', 'maybe', 'a is large'],
      ['started', 'each'],
      ['ended', 'each', ''],
      ['started', 'after'],
      ['ended', 'after', ''],
      ['started', 'each'],
      ['ended', 'each', ''],
      ['started', 'after'],
      ['ended', 'after', ''],
      ['started', 'all'],
      ['ended', 'all', ''],
    ]);
  });

  it('adds up the seconds of a stage that runs for several releases', async () => {
    const slow = { ...each, run: () => sleep(30, { text: '' }) };
    const test = openTestRun();
    await pipeline<{ start: number }, { name: string }>()
      .stage(one)
      .eachRelease(slow, after)
      .run({ start: 1 }, RELEASES, test.open);
    expect(test.open.seconds.each).toBeGreaterThan(0.055);
    expect(Object.keys(test.open.seconds)).toEqual(['one', 'each', 'after']);
  });

  it.each([new MixReleaseError('deps-failed', { what: 'w', next: 'n' }), new TypeError('a defect')])(
    'ends with %s, and keeps what was given before',
    async (error) => {
      const test = openTestRun();
      const list = pipeline<{ start: number }, { name: string }>()
        .stage(one)
        .stage({ ...two, run: () => Promise.reject(error) })
        .eachRelease(each, after);
      const result = await list.run({ start: 1 }, RELEASES, test.open);
      expect(result.error).toBe(error);
      expect(result.have).toEqual({ start: 1, a: 2 });
      expect(test.events.at(-1)).toEqual(['ended', 'two', undefined]);
    },
  );
});

describe('a run that is cancelled', () => {
  it.each([
    ['an error of ours', () => Promise.reject(new MixReleaseError('engine-connection-lost', { what: 'w', next: 'n' }))],
    ['any error', () => Promise.reject(new Error('socket hang up'))],
    ['a result', () => Promise.resolve({ b: 1 })],
    ['nothing at all', () => new Promise<never>(() => undefined)],
  ])('while a stage ends with %s: cancelled, and no stage after it starts', async (_, end) => {
    const test = openTestRun();
    const list = pipeline<{ start: number }, { name: string }>()
      .stage(one)
      .stage({
        ...two,
        run: () => {
          test.cancel();
          return end();
        },
      })
      .eachRelease(each, after);
    const { error } = await list.run({ start: 1 }, RELEASES, test.open);
    expect(error).toMatchObject({ code: 'cancelled', exitStatus: 130 });
    expect(String(error)).toContain('stage two');
    expect(test.events.at(-1)).toEqual(['ended', 'two', undefined]);
  });
});

describe('work in the background', () => {
  it('that fails ends the run with its error, also while another stage hangs', async () => {
    const test = openTestRun();
    const failure = new MixReleaseError('output-disk-full', { what: 'w', next: 'n' });
    const list = pipeline<{ start: number }, { name: string }>()
      .stage({
        ...one,
        run: (_, { background }) => {
          background.adopt(background.start(sleep(20).then(() => Promise.reject(failure))));
          return Promise.resolve({ a: 1 });
        },
      })
      .stage({ ...two, run: () => new Promise<never>(() => undefined) });
    const { error } = await list.run({ start: 1 }, [], test.open);
    expect(error).toBe(failure);
  });
});
