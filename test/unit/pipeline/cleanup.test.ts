import { describe, expect, it } from '@jest/globals';
import { openCleanup } from '../../../src/pipeline/cleanup.js';

const hang = (): Promise<void> => new Promise(() => undefined);

describe('openCleanup', () => {
  it('removes everything once, also what was removed early', async () => {
    const removed: string[] = [];
    const cleanup = openCleanup(() => undefined);
    const now = cleanup.defer('a', () => Promise.resolve(void removed.push('a')));
    cleanup.defer('b', () => Promise.resolve(void removed.push('b')));
    await now(() => Promise.resolve(void removed.push('a in another way')));
    await now();
    expect(await cleanup.end(1000)).toEqual([]);
    expect(removed).toEqual(['a in another way', 'b']);
  });

  it('warns about what cannot be removed, names it, and removes the rest', async () => {
    const warnings: string[] = [];
    const removed: string[] = [];
    const cleanup = openCleanup((text) => void warnings.push(text));
    cleanup.defer('volume x', () => Promise.reject(new Error('it is in use')));
    cleanup.defer('b', () => Promise.resolve(void removed.push('b')));
    expect(await cleanup.end(1000)).toEqual(['volume x']);
    expect(warnings).toEqual(['volume x was left behind: it is in use']);
    expect(removed).toEqual(['b']);
  });

  it('gives up on what hangs when its time is up, and names it', async () => {
    const removed: string[] = [];
    const cleanup = openCleanup(() => undefined);
    cleanup.defer('container y', hang);
    cleanup.defer('b', () => Promise.resolve(void removed.push('b')));
    const started = performance.now();
    expect(await cleanup.end(50)).toEqual(['container y']);
    expect(performance.now() - started).toBeLessThan(2000);
    expect(removed).toEqual(['b']);
  });
});
