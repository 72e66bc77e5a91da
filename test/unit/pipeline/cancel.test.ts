import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { cancelOnSignals } from '../../../src/pipeline/cancel.js';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

let exit: jest.SpiedFunction<typeof process.exit>;
let signal: AbortSignal;
let before: readonly NodeJS.SignalsListener[][];
beforeEach(() => {
  jest.useFakeTimers();
  // A process goes no further; this one has to.
  exit = jest.spyOn(process, 'exit').mockImplementation(() => undefined as never);
  before = SIGNALS.map((name) => process.listeners(name));
  signal = cancelOnSignals();
});
afterEach(() => {
  SIGNALS.forEach((name, at) => {
    for (const listener of process.listeners(name)) {
      if (!before[at]?.includes(listener)) process.off(name, listener);
    }
  });
  jest.useRealTimers();
  jest.restoreAllMocks();
});

describe('cancelOnSignals', () => {
  it('is not given before a signal comes', () => {
    expect(signal.aborted).toBe(false);
    jest.advanceTimersByTime(60_000);
    expect(exit).not.toHaveBeenCalled();
  });

  it.each(SIGNALS)('is given on %s, and leaves six and a half seconds to clean up', (name) => {
    process.emit(name, name);
    expect(signal.aborted).toBe(true);
    jest.advanceTimersByTime(6499);
    expect(exit).not.toHaveBeenCalled();
    jest.advanceTimersByTime(1);
    expect(exit.mock.calls).toEqual([[130]]);
  });

  it.each<[NodeJS.Signals & (typeof SIGNALS)[number], (typeof SIGNALS)[number]]>([
    ['SIGINT', 'SIGINT'],
    ['SIGINT', 'SIGTERM'],
    ['SIGTERM', 'SIGINT'],
  ])('ends the program at once with 130 on %s and then %s', (first, second) => {
    process.emit(first, first);
    expect(exit).not.toHaveBeenCalled();
    process.emit(second, second);
    expect(exit.mock.calls).toEqual([[130]]);
  });
});
