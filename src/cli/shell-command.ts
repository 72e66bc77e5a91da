import { randomUUID } from 'node:crypto';
import { connectEngine } from '../engine/connect.js';
import type { Terminal } from '../engine/container.js';
import type { Engine } from '../engine/engine.js';
import { inert } from '../inert.js';
import { withConfigFile } from '../options/file/config-file.js';
import { readRequests } from '../options/request.js';
import { cancelOnSignals } from '../pipeline/cancel.js';
import { runShell } from '../pipeline/shell.js';
import type { Invocation } from './program.js';
import { terminalReporter } from './progress.js';

/** Runs a shell or a command in the builder container of a project, and ends with its exit status. */
export async function shellCommand(
  invocation: Extract<Invocation, { command: 'shell' }>,
  connect: () => Promise<Engine> = connectEngine,
  terminal: Terminal = ownTerminal(),
): Promise<void> {
  const { directory, options, argv, verbose } = invocation;
  const note = (text: string): void => void process.stderr.write(`${inert(text)}\n`);
  const from = { checkout: directory, cwd: process.cwd(), env: process.env };
  const raw = await withConfigFile(options, { ...from, by: 'command', note });
  const [request] = await readRequests(raw, from);
  const context = {
    ...{ reporter: terminalReporter(process.stderr, verbose), signal: cancelOnSignals(), id: randomUUID() },
    ...{ keepState: true, store: undefined, env: process.env, publish: undefined, connect },
  };
  process.exitCode = await runShell(request, { argv, terminal }, context);
}

/** That of this program. Both ends have to be a terminal, or the container gets none. */
function ownTerminal(): Terminal {
  const { stdin, stdout, stderr } = process;
  const screen = {
    size: () => ({ columns: stdout.columns, rows: stdout.rows }),
    onResize: (changed: () => void) => {
      // The keys are the container's now: its terminal says what Ctrl-C means.
      stdin.setRawMode(true);
      stdout.on('resize', changed);
      return () => {
        stdin.setRawMode(false);
        stdin.pause();
        stdout.off('resize', changed);
      };
    },
  };
  return { input: stdin, output: stdout, errors: stderr, screen: stdin.isTTY && stdout.isTTY ? screen : undefined };
}
