import { describe, expect, it } from '@jest/globals';
import { MixReleaseError } from '../../errors.js';
import { compile } from './stage.js';

const facts = new Map<string, string>();
const finished = () => Promise.resolve();

describe('the stage compile', () => {
  it('waits until Mix comes to the release', async () => {
    const reached: string[] = [];
    const mix = { facts, finished, reached: (stage: string) => Promise.resolve(void reached.push(stage)) };
    expect(await compile.run({ mix }, undefined as never)).toEqual({});
    expect(reached).toEqual(['release']);
  });

  it('fails with what Mix failed with, which is one of its errors', async () => {
    const error = new MixReleaseError('compile-failed', { what: 'w', next: 'n' });
    const mix = { facts, finished, reached: () => Promise.reject(error) };
    await expect(compile.run({ mix }, undefined as never)).rejects.toBe(error);
    expect(compile.errors).toContain(error.code);
  });
});
