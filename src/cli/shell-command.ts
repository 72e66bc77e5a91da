import { randomUUID } from 'node:crypto';
import { connectEngine } from '../engine/connect.js';
import type { Terminal } from '../engine/container.js';
import type { Engine } from '../engine/engine.js';
import { inert } from '../inert.js';
import { withConfigFile } from '../options/file/config-file.js';
import { readRequests } from '../options/request.js';
import { cancelOnSignals } from '../pipeline/cancel.js';
import { runShell } from '../pipeline/shell.js';
import { terminalOf } from './own-terminal.js';
import type { Invocation } from './program.js';
import { terminalReporter } from './progress.js';

/** Runs a shell or a command in the builder container of a project, and ends with its exit status. */
export async function shellCommand(
  invocation: Extract<Invocation, { command: 'shell' }>,
  connect: () => Promise<Engine> = connectEngine,
  terminal: Terminal = terminalOf(process),
): Promise<void> {
  const { directory, options, argv, verbose } = invocation;
  const note = (text: string): void => void process.stderr.write(`${inert(text)}\n`);
  const from = { checkout: directory, cwd: process.cwd(), env: process.env };
  const raw = await withConfigFile(options, { ...from, by: 'command', note });
  const [request] = await readRequests(raw, from);
  // Nobody reads what it prints any more: as for a program in a pipe, that is its end.
  const unread = new AbortController();
  terminal.output.on('error', () => unread.abort());
  const signal = AbortSignal.any([cancelOnSignals(), unread.signal]);
  const context = {
    ...{ reporter: terminalReporter(process.stderr, verbose), signal, id: randomUUID() },
    ...{ keepState: true, store: undefined, env: process.env, publish: undefined, connect },
  };
  process.exitCode = await runShell(request, { argv, terminal }, context);
}
