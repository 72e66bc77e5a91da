import type { Readable, Writable } from 'node:stream';
import type { Terminal } from '../engine/container.js';

/** The standard streams of a process, as far as a terminal is made of them. */
export interface Streams {
  readonly stdin: Readable & Partial<Pick<NodeJS.ReadStream, 'isTTY' | 'setRawMode'>>;
  readonly stdout: Writable & Partial<Pick<NodeJS.WriteStream, 'isTTY' | 'columns' | 'rows'>>;
  readonly stderr: Writable;
}

/** That of a process. Both ends have to be a terminal, or the container gets none. */
export function terminalOf({ stdin, stdout, stderr }: Streams): Terminal {
  const screen = {
    size: () => ({ columns: stdout.columns ?? 0, rows: stdout.rows ?? 0 }),
    onResize: (changed: () => void) => {
      // The keys are the container's now: its terminal says what Ctrl-C means.
      stdin.setRawMode?.(true);
      stdout.on('resize', changed);
      return () => {
        stdin.setRawMode?.(false);
        stdout.off('resize', changed);
        // It would keep this program running.
        stdin.pause();
      };
    },
  };
  const isTerminal = stdin.isTTY === true && stdout.isTTY === true;
  return { input: stdin, output: stdout, errors: stderr, screen: isTerminal ? screen : undefined };
}
