import { describe, expect, it } from '@jest/globals';
import { EXIT_STATUS, messageOf, MixReleaseError, systemErrorCode, toMixReleaseError } from '../../src/errors.js';

describe('MixReleaseError', () => {
  it.each(Object.entries(EXIT_STATUS))('%s has exit status %i', (code, status) => {
    const error = new MixReleaseError(code as keyof typeof EXIT_STATUS, { what: 'what', next: 'next' });
    expect(error).toMatchObject({ code, exitStatus: status, message: 'what', next: 'next', output: [] });
    expect(error).toBeInstanceOf(Error);
  });

  it('keeps its cause and the output', () => {
    const cause = new Error('why');
    const error = new MixReleaseError('deps-failed', { what: 'w', next: 'n', output: ['line'], cause });
    expect(error).toMatchObject({ cause, output: ['line'] });
  });

  it('has a status that a shell can tell from success and from a signal', () => {
    for (const status of Object.values(EXIT_STATUS)) {
      expect(status).toBeGreaterThan(0);
      expect(status === 130 || status < 126).toBe(true);
    }
  });
});

describe('toMixReleaseError', () => {
  it('keeps an error of ours', () => {
    const error = new MixReleaseError('cancelled', { what: 'w', next: 'n' });
    expect(toMixReleaseError(error)).toBe(error);
  });

  it('takes what went wrong first for the error, not what went wrong while cleaning up', () => {
    const first = new MixReleaseError('deps-failed', { what: 'w', next: 'n' });
    const second = new SuppressedError(new Error('the container is gone'), first);
    expect(toMixReleaseError(second)).toBe(first);
    expect(toMixReleaseError(new SuppressedError(new Error('the volume is in use'), second))).toBe(first);
  });

  it.each([
    [new TypeError('x is undefined'), 'x is undefined'],
    [Object.assign(new Error('no stack'), { stack: undefined }), 'no stack'],
    ['thrown text', 'thrown text'],
    [42, '42'],
    [undefined, 'undefined'],
    [null, 'null'],
  ])('takes %p for a defect, and loses nothing of it', (thrown, text) => {
    const error = toMixReleaseError(thrown);
    expect(error).toMatchObject({ code: 'internal', exitStatus: 1 });
    expect(error.cause).toBe(thrown);
    expect(error.message).toContain(text);
    expect(error.next).toContain('report');
  });
});

describe('systemErrorCode', () => {
  it.each([
    [Object.assign(new Error('x'), { code: 'ENOENT' }), 'ENOENT'],
    [Object.assign(new Error('x'), { code: 1 }), undefined],
    [new Error('x'), undefined],
    ['ENOENT', undefined],
    [null, undefined],
    [undefined, undefined],
  ])('of %p is %p', (thrown, code) => {
    expect(systemErrorCode(thrown)).toBe(code);
  });
});

describe('messageOf', () => {
  it.each([
    [new Error('text'), 'text'],
    ['text', 'text'],
    [42, '42'],
    [undefined, 'undefined'],
  ])('of %p is %p', (thrown, message) => {
    expect(messageOf(thrown)).toBe(message);
  });
});
