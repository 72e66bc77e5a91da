import { describe, expect, it } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { localBuilder } from '../../../test/unit/support/local-builder.js';
import { ignoreOutputs } from './git-index.js';

describe('ignoreOutputs', () => {
  it('names what compilation wrote for git, each for itself', async () => {
    const { container, at } = await localBuilder();
    await ignoreOutputs(container, ['priv/native/gen.so', 'priv/a [b].json']);
    const listed = await readFile(at('/build/record/passed-over'), 'utf8');
    expect(listed).toBe('/priv/native/gen.so\n/priv/a \\[b\\].json\n');
    expect(await readFile(at('/build/home/.gitconfig'), 'utf8')).toContain('excludesFile = /build/record/passed-over');
  });

  it('does nothing without any', async () => {
    const { container, calls } = await localBuilder();
    await ignoreOutputs(container, []);
    expect(calls).toEqual([]);
  });
});
