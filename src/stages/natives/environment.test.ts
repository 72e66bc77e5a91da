import { describe, expect, it } from '@jest/globals';
import { targetEnvironment } from './environment.js';

describe('the environment of Mix for another target', () => {
  const base = { PATH: '/bin', A: 'one', B: 'two', FROM_HOOK: 'x', MIX_RELEASE_TARGET: 'first' };

  it('has the variables of the target in place of those of the one that was compiled', () => {
    expect(targetEnvironment(base, { A: 'one', B: 'two' }, { B: 'other', C: 'new' }, 'second')).toEqual({
      ...{ PATH: '/bin', FROM_HOOK: 'x', B: 'other', C: 'new', MIX_RELEASE_TARGET: 'second' },
    });
  });

  it('keeps what a hook made of a variable', () => {
    expect(targetEnvironment({ ...base, A: 'of the hook' }, { A: 'one' }, {}, 'second').A).toBe('of the hook');
  });
});
