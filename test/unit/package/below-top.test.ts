import { describe, expect, it } from '@jest/globals';
import { belowTop } from '../../../src/package/tree.js';

describe('belowTop', () => {
  it.each([
    ['rel', ''],
    ['rel/', ''],
    ['rel/bin', 'bin'],
    ['rel/bin/', 'bin'],
    ['rel/bin/web', 'bin/web'],
    ['rel-1/rel-1', 'rel-1'],
  ])('of %s is %j', (name, below) => {
    expect(belowTop(name)).toBe(below);
  });
});
