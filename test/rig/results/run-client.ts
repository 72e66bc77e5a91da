import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { ClientReport, ClientTask } from './client.js';

/** The client's report, and all it printed. */
export type ClientOutcome = ClientReport & { readonly log: string };

/**
 * Runs the real `@actions/artifact` client in a process of its own.
 *
 * @param env - added to the environment of this process; see `ResultsServer.env`
 * @throws Error with the process's output when it ends without a report
 */
export async function runClient(env: Readonly<Record<string, string>>, task: ClientTask): Promise<ClientOutcome> {
  const child = fork(join(import.meta.dirname, 'client.ts'), [], {
    env: { ...process.env, ...env },
    execArgv: [],
    silent: true,
  });
  let report: ClientReport | undefined;
  child.once('message', (message) => (report = message as ClientReport));
  child.send(task);
  let log = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (part: string) => (log += part));
  }
  await once(child, 'close');
  if (report === undefined) throw new Error(`The client ended without a report:\n${log}`);
  return { ...report, log };
}
