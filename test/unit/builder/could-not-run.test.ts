import { describe, expect, it } from '@jest/globals';
import { couldNotRun } from '../../../src/builder/could-not-run.js';
import { containerGone, lost, refused } from '../../../src/engine/failure.js';
import { MixReleaseError } from '../../../src/errors.js';

const START = 'to start a container';

describe('couldNotRun', () => {
  it.each<[string, unknown]>([
    ['a program that is not there', refused(START, 'exec: "cat": executable file not found in $PATH')],
    ['a loader that is not there', refused(START, 'exec /bin/cat: no such file or directory')],
    ['a program for another processor', refused(START, 'standard_init: exec format error')],
    ['a container that ended meanwhile', containerGone('to run sh')],
    ['a container that is gone', containerGone('to run sh', 404)],
    ['a container that is not running', containerGone('to run sh', 409)],
  ])('is so for %s', (_, error) => {
    expect(couldNotRun(error)).toBe(true);
  });

  it.each<[string, unknown]>([
    ['an engine that was lost', lost(START, 'read ECONNRESET')],
    ['an engine that hung up', lost(START, 'socket hang up')],
    ['an engine that refused', refused(START, 'no space left on device', 500)],
    ['a build that was cancelled', new MixReleaseError('cancelled', { what: 'the build was cancelled', next: 'n' })],
    ['an error of anybody else', new Error('exec format error')],
    ['a text', 'exec format error'],
    ['nothing', undefined],
  ])('is not so for %s', (_, error) => {
    expect(couldNotRun(error)).toBe(false);
  });
});
