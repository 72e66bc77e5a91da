import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import type Docker from 'dockerode';
import { messageOf } from '../../errors.js';
import { NOT_STARTED, type Command, type Terminal } from '../container.js';
import { answeredStatus, containerGone } from '../failure.js';
import { separateStreams } from './frames.js';
import { NO_PROGRAM, execOf, goneOr } from './running.js';

/** What was written has left. Whoever reads it may be slower than the command. */
function flushed(stream: Writable): Promise<void> {
  return new Promise((resolve) => stream.write('', () => resolve()));
}

/** Runs a command with a person's input and output. Its own terminal is as large as theirs, and stays so. */
export async function attachTo(container: Docker.Container, command: Command, terminal: Terminal): Promise<number> {
  const doing = `to run ${command.title}`;
  const { input, output, errors, screen } = terminal;
  const tty = screen !== undefined;
  try {
    const exec = await container.exec({ ...execOf(command), AttachStdin: true, Tty: tty });
    const stream = await exec.start({ hijack: true, stdin: true, Tty: tty });
    const fit = (): void => {
      const { columns, rows } = screen?.size() ?? { columns: 0, rows: 0 };
      // A command that has ended has no terminal any more, and one of the old size is no harm.
      if (columns > 0 && rows > 0) exec.resize({ w: columns, h: rows }).catch(() => undefined);
    };
    const end = screen?.onResize(fit);
    fit();
    let last = '';
    stream.on('data', (chunk: Buffer) => (last = chunk.toString()));
    input.pipe(stream);
    stream.pipe(tty ? output : separateStreams(output, errors), { end: false });
    try {
      await finished(stream, { writable: false });
    } finally {
      end?.();
      input.unpipe(stream);
      stream.destroy();
    }
    await Promise.all([output, errors].map(flushed));
    const { ExitCode, Running } = await exec.inspect();
    if (ExitCode === null || Running) throw containerGone(doing);
    // Some engines say so as the output of the command, and give it the status of what may not be run.
    return last.includes('OCI runtime exec failed') && NO_PROGRAM.test(last) ? NOT_STARTED : ExitCode;
  } catch (error) {
    if (answeredStatus(error) === 400 && NO_PROGRAM.test(messageOf(error))) {
      errors.write(`${messageOf(error)}\n`);
      return NOT_STARTED;
    }
    throw goneOr(error, doing);
  }
}
