import { describe, expect, it } from '@jest/globals';
import { PassThrough } from 'node:stream';
import { terminalOf } from '../../../src/cli/own-terminal.js';

/** Streams of a process, and the modes that its input was put into. */
function streams(stdinTty: boolean, stdoutTty: boolean) {
  const raw: boolean[] = [];
  const stdin = Object.assign(new PassThrough(), {
    isTTY: stdinTty,
    setRawMode: (mode: boolean) => {
      raw.push(mode);
      return stdin as never;
    },
  });
  const stdout = Object.assign(new PassThrough(), { isTTY: stdoutTty, columns: 80, rows: 24 });
  return { raw, given: { stdin, stdout, stderr: new PassThrough() } };
}

describe('terminalOf', () => {
  it.each([
    [true, true, true],
    [true, false, false],
    [false, true, false],
    [false, false, false],
  ])('of input %j and output %j has a screen: %j', (stdin, stdout, expected) => {
    const { given } = streams(stdin, stdout);
    const { input, output, errors, screen } = terminalOf(given);
    expect(screen !== undefined).toBe(expected);
    expect([input, output, errors]).toEqual([given.stdin, given.stdout, given.stderr]);
  });

  it('passes keys on while it is used, tells of a new size, and gives the terminal back', () => {
    const { raw, given } = streams(true, true);
    const { screen } = terminalOf(given);
    expect(screen?.size()).toEqual({ columns: 80, rows: 24 });
    let changes = 0;
    const end = screen?.onResize(() => (changes += 1));
    expect(raw).toEqual([true]);
    given.stdout.emit('resize');
    end?.();
    given.stdout.emit('resize');
    expect({ raw, changes, paused: given.stdin.isPaused() }).toEqual({ raw: [true, false], changes: 1, paused: true });
  });
});
