import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { endProcess } from '../../../src/pipeline/end-process.js';
import { keepEnvironment } from '../support/environment.js';

keepEnvironment();

let exit: jest.SpiedFunction<typeof process.exit>;
beforeEach(() => {
  jest.useFakeTimers();
  exit = jest.spyOn(process, 'exit').mockImplementation(() => undefined as never);
});
afterEach(() => {
  jest.useRealTimers();
  jest.restoreAllMocks();
});

describe('endProcess', () => {
  it.each([
    [0, 0],
    [7, 7],
    [undefined, 0],
    [null, 0],
  ])('sets the exit status to that of %j: %j', (given, status) => {
    endProcess(given);
    expect(process.exitCode).toBe(status);
  });

  it('leaves two seconds to what is still open, and then ends the process with the status that it set', () => {
    endProcess(7);
    jest.advanceTimersByTime(1999);
    expect(exit).not.toHaveBeenCalled();
    jest.advanceTimersByTime(1);
    expect(exit.mock.calls).toEqual([[]]);
  });
});
