import { describe, expect, it } from '@jest/globals';
import {
  answeredStatus,
  containerGone,
  engineError,
  isConflict,
  isMissing,
  lost,
  reasonOf,
  refused,
  statusOf,
} from '../../../src/engine/failure.js';
import { MixReleaseError } from '../../../src/errors.js';

const answer = (statusCode: number): Error => Object.assign(new Error('(HTTP code 500) server error'), { statusCode });

describe('engineError', () => {
  it.each([
    ['engine-connection-lost', undefined, Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })],
    ['engine-connection-lost', undefined, Object.assign(new Error('read'), { code: 'ECONNRESET' })],
    ['engine-connection-lost', undefined, Object.assign(new Error('connect'), { code: 'ENOENT' })],
    ['engine-connection-lost', undefined, Object.assign(new Error('connect'), { code: 'ETIMEDOUT' })],
    ['engine-connection-lost', undefined, new Error('socket hang up')],
    ['engine-error', 500, answer(500)],
    ['engine-error', undefined, 'text'],
  ])('is %s with status %j for %s', (code, status, thrown) => {
    const error = engineError(thrown, 'to run mix');
    expect(error).toMatchObject({ code, exitStatus: 3, cause: thrown });
    expect(error.message).toContain('to run mix');
    expect(statusOf(error)).toBe(status);
  });

  it('leaves an error of ours as it is', () => {
    const error = new MixReleaseError('cancelled', { what: 'w', next: 'n' });
    expect(engineError(error, 'to run mix')).toBe(error);
  });
});

describe('answeredStatus', () => {
  it.each([
    [answer(404), 404],
    [{ statusCode: '404' }, undefined],
    [new Error('x'), undefined],
    ['x', undefined],
    [null, undefined],
    [undefined, undefined],
  ])('of %j is %j', (thrown, status) => {
    expect(answeredStatus(thrown)).toBe(status);
  });
});

describe('what a failed call tells', () => {
  it('is its status, and what that means', () => {
    expect([404, 409, 500].map((status) => statusOf(refused('to do', 'no', status)))).toEqual([404, 409, 500]);
    expect([404, 409, 500].map((status) => isConflict(refused('to do', 'no', status)))).toEqual([false, true, false]);
    expect([404, 409, 500].map((status) => isMissing(refused('to do', 'no', status)))).toEqual([true, false, false]);
    expect(statusOf(lost('to do', 'broke'))).toBeUndefined();
    expect(statusOf(containerGone('to do', 404))).toBe(404);
    expect(statusOf(answer(404))).toBeUndefined();
  });

  it('is the reason that was given, without our words', () => {
    expect(reasonOf(refused('to do', 'no space left', 500))).toBe('no space left');
    expect(reasonOf(lost('to do', 'read ECONNRESET'))).toBe('read ECONNRESET');
    expect(reasonOf(new Error('plain'))).toBe('plain');
    expect(reasonOf('text')).toBe('text');
  });

  it('tells a container that went from an engine that went', () => {
    expect(containerGone('to run mix')).toMatchObject({ code: 'engine-connection-lost', containerGone: true });
    expect(lost('to run mix', 'broke')).toMatchObject({ code: 'engine-connection-lost', containerGone: false });
    expect(containerGone('to run mix').next).toContain('out-of-memory');
  });
});
