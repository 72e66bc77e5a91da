import { describe, expect, it } from '@jest/globals';
import { inAttempts, type AttemptsContext } from '../../../src/builder/attempts.js';
import { MixReleaseError } from '../../../src/errors.js';
import { errorOf } from '../support/errors.js';

const failed = (...output: string[]): MixReleaseError =>
  new MixReleaseError('deps-failed', { what: 'mix deps.get failed', next: '', output });
const NETWORK = failed('Request failed (:timeout)');

/** Attempts that end as listed, and what was waited and said. */
function attempts(...ends: readonly (Error | string)[]) {
  const [waited, notes]: [number[], string[]] = [[], []];
  let done = 0;
  const run = (changes: Partial<AttemptsContext> = {}) =>
    inAttempts(
      'mix deps.get',
      () => {
        const end = ends[done] ?? 'too many';
        done += 1;
        return end instanceof Error ? Promise.reject(end) : Promise.resolve(end);
      },
      {
        signal: new AbortController().signal,
        note: (text) => void notes.push(text),
        sleep: (milliseconds) => Promise.resolve(void waited.push(milliseconds)),
        ...changes,
      },
    );
  return { run, waited, notes, made: () => done };
}

describe('inAttempts', () => {
  it('does once what succeeds', async () => {
    const { run, waited, notes } = attempts('fine');
    expect([await run(), waited, notes]).toEqual(['fine', [], []]);
  });

  it('does it again where the network failed, waits longer each time, and says so', async () => {
    const { run, waited, notes } = attempts(NETWORK, NETWORK, 'fine');
    expect(await run()).toBe('fine');
    expect(waited).toEqual([2000, 6000]);
    expect(notes).toEqual([
      'mix deps.get: the network failed (Request failed (:timeout)): attempt 2 of 3 in 2 s',
      'mix deps.get: the network failed (Request failed (:timeout)): attempt 3 of 3 in 6 s',
    ]);
  });

  it('ends with the error of the third attempt', async () => {
    const last = failed('Request failed (503)');
    const { run, made } = attempts(NETWORK, NETWORK, last);
    expect(await errorOf(run)).toBe(last);
    expect(made()).toBe(3);
  });

  it.each([failed('Request failed (404)'), failed(), new Error('Request failed (:timeout)')])(
    'does not do it again after %s',
    async (error) => {
      const { run, made } = attempts(error);
      await expect(run()).rejects.toBe(error);
      expect(made()).toBe(1);
    },
  );

  it('does not do it again where that would not be as if nothing had happened', async () => {
    const { run, made, notes } = attempts(NETWORK);
    expect(await errorOf(() => run({ repeatable: () => Promise.resolve(false) }))).toBe(NETWORK);
    expect([made(), notes]).toEqual([1, []]);
  });

  it('does not do it again once it is cancelled', async () => {
    const { run, made } = attempts(NETWORK);
    expect(await errorOf(() => run({ signal: AbortSignal.abort() }))).toBe(NETWORK);
    expect(made()).toBe(1);
  });

  it('ends its wait when it is cancelled', async () => {
    const controller = new AbortController();
    const { run } = attempts(NETWORK, 'fine');
    const running = run({ sleep: undefined, signal: controller.signal, note: () => controller.abort() });
    await expect(running).rejects.toMatchObject({ name: 'AbortError' });
  });
});
