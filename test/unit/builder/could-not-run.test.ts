import { describe, expect, it } from '@jest/globals';
import { couldNotRun } from '../../../src/builder/could-not-run.js';
import { MixReleaseError, type ErrorCode } from '../../../src/errors.js';

const ours = (code: ErrorCode, what: string, cause?: unknown): MixReleaseError =>
  new MixReleaseError(code, { what, next: 'n', cause });
const answer = (statusCode: number): Error => Object.assign(new Error('HTTP'), { statusCode });
const lost = (code: string): Error => Object.assign(new Error('connect'), { code });

describe('couldNotRun', () => {
  it.each<[string, unknown]>([
    ['a program that is not there', ours('engine-error', 'exec: "cat": executable file not found in $PATH')],
    ['a loader that is not there', ours('engine-error', 'exec /bin/cat: no such file or directory')],
    ['a program for another processor', ours('engine-error', 'standard_init: exec format error')],
    ['a container that ended meanwhile', ours('engine-lost', 'the container went away')],
    ['a container that is gone', ours('engine-lost', 'the container went away', answer(404))],
    ['a container that is not running', ours('engine-lost', 'the container went away', answer(409))],
  ])('is so for %s', (_, error) => {
    expect(couldNotRun(error)).toBe(true);
  });

  it.each<[string, unknown]>([
    ['an engine that was lost', ours('engine-lost', 'stopped answering', lost('ECONNRESET'))],
    ['an engine that hung up', ours('engine-lost', 'stopped answering', new Error('socket hang up'))],
    ['an engine that refused', ours('engine-error', 'no space left on device', answer(500))],
    ['a build that was cancelled', ours('cancelled', 'the build was cancelled')],
    ['an error of anybody else', new Error('exec format error')],
    ['a text', 'exec format error'],
    ['nothing', undefined],
  ])('is not so for %s', (_, error) => {
    expect(couldNotRun(error)).toBe(false);
  });
});
