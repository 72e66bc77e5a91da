import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { cancelOnSignals } from '../../../src/pipeline/cancel.js';
import { endProcess } from '../../../src/pipeline/end-process.js';

let exited: (number | string | null | undefined)[];
beforeEach(() => {
  exited = [];
  jest.useFakeTimers();
  jest.spyOn(process, 'exit').mockImplementation((status) => {
    exited.push(status);
    return undefined as never;
  });
});
afterEach(() => {
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.removeAllListeners(name);
  jest.useRealTimers();
  jest.restoreAllMocks();
  process.exitCode = undefined;
});

describe.each(['SIGINT', 'SIGTERM'] as const)('a signal by %s', (name) => {
  it('cancels, and leaves the process time to clean up', () => {
    const signal = cancelOnSignals();
    expect(signal.aborted).toBe(false);
    process.emit(name);
    expect([signal.aborted, exited]).toEqual([true, []]);
  });

  it('ends the process when cleaning up hangs, before a runner sends a second one', () => {
    cancelOnSignals();
    process.emit(name);
    jest.advanceTimersByTime(7500);
    expect(exited).toEqual([130]);
  });

  it('ends it at once when it comes again', () => {
    cancelOnSignals();
    process.emit(name);
    process.emit('SIGTERM');
    expect(exited).toEqual([130]);
  });
});

describe('endProcess', () => {
  it.each([
    [undefined, 0],
    [null, 0],
    [6, 6],
  ])('of %j sets the status %d, and ends what does not end by itself after two seconds', (status, code) => {
    endProcess(status);
    expect(process.exitCode).toBe(code);
    jest.advanceTimersByTime(1999);
    expect(exited).toEqual([]);
    jest.advanceTimersByTime(1);
    expect(exited).toEqual([undefined]);
  });
});
