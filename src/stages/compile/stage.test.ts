import { describe, expect, it } from '@jest/globals';
import { MixReleaseError } from '../../errors.js';
import { NOTHING_KEPT } from '../../cache/kept.js';
import { stubContainer } from '../../../test/unit/support/container.js';
import { compile } from './stage.js';

/** The stage with a run of Mix that reports these outputs; what it put into the container. */
async function compiled(reached: (stage: string) => Promise<void>, outputs?: string) {
  const facts = new Map(outputs === undefined ? [] : [['outputs', outputs]]);
  const places: string[] = [];
  const put = (_: unknown, place: string): Promise<void> => Promise.resolve(void places.push(place));
  const session = { container: { ...stubContainer({}), put }, end: () => Promise.resolve() };
  const mix = { facts, finished: () => Promise.resolve(), reached };
  await compile.run({ mix, keeping: NOTHING_KEPT, session }, undefined as never);
  return places;
}

describe('the stage compile', () => {
  it('waits until Mix comes to the release', async () => {
    const reached: string[] = [];
    expect(await compiled((stage) => Promise.resolve(void reached.push(stage)))).toEqual([]);
    expect(reached).toEqual(['release']);
  });

  it('writes down what compilation wrote below the sources', async () => {
    expect(await compiled(() => Promise.resolve(), 'priv/a%20b.so\n')).toEqual(['/build/record']);
    expect(await compiled(() => Promise.resolve(), '')).toEqual([]);
  });

  it('fails with what Mix failed with, which is one of its errors', async () => {
    const error = new MixReleaseError('compile-failed', { what: 'w', next: 'n' });
    await expect(compiled(() => Promise.reject(error))).rejects.toBe(error);
    expect(compile.errors).toContain(error.code);
  });
});
