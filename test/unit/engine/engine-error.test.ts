import { describe, expect, it } from '@jest/globals';
import { engineError, statusOf } from '../../../src/engine/engine.js';
import { MixReleaseError } from '../../../src/errors.js';

describe('engineError', () => {
  it.each([
    ['engine-lost', Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })],
    ['engine-lost', Object.assign(new Error('read'), { code: 'ECONNRESET' })],
    ['engine-lost', Object.assign(new Error('connect'), { code: 'ENOENT' })],
    ['engine-lost', new Error('socket hang up')],
    ['engine-error', Object.assign(new Error('(HTTP code 500) server error'), { statusCode: 500 })],
    ['engine-error', 'text'],
  ])('is %s for %s', (code, thrown) => {
    const error = engineError(thrown, 'to run mix');
    expect(error).toMatchObject({ code, exitStatus: 3, cause: thrown });
    expect(error.message).toContain('to run mix');
  });

  it('leaves an error of ours as it is', () => {
    const error = new MixReleaseError('cancelled', { what: 'w', next: 'n' });
    expect(engineError(error, 'to run mix')).toBe(error);
  });
});

describe('statusOf', () => {
  it.each([
    [Object.assign(new Error('x'), { statusCode: 404 }), 404],
    [{ statusCode: '404' }, undefined],
    [new Error('x'), undefined],
    ['x', undefined],
    [null, undefined],
    [undefined, undefined],
  ])('of %j is %j', (thrown, status) => {
    expect(statusOf(thrown)).toBe(status);
  });
});
