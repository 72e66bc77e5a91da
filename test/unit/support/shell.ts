import { spawn } from 'node:child_process';
import { finished } from 'node:stream/promises';
import type { RunningContainer } from '../../../src/engine/container.js';
import { splitLines } from '../../../src/engine/lines.js';
import { stubContainer } from './container.js';

/** A shell, and the command that starts it. */
export type Shell = readonly [name: string, command: readonly string[]];

/** The shells that a builder image may have: sh, bash, and busybox's, which script/bootstrap installs. */
export const SHELLS: readonly Shell[] = [
  ['sh', ['sh']],
  ['bash', ['bash']],
  ['busybox sh', ['busybox', 'sh']],
];

/**
 * Stands in for a container by running commands on this machine, with no environment but PATH, what `image` gives and
 * what the command brings.
 *
 * @param shell - what is started where a command asks for sh or bash
 */
export function machineContainer(shell: Shell, image: Readonly<Record<string, string>> = {}): RunningContainer {
  return {
    ...stubContainer({}),
    run: async ({ argv, env, cwd }, onLine) => {
      const [program = '', ...args] = argv;
      const [file = '', ...before] = ['sh', 'bash'].includes(program) ? shell[1] : [program];
      const child = spawn(file, [...before, ...args], {
        cwd,
        env: { PATH: process.env.PATH, ...image, ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      const printed = [child.stdout, child.stderr].map((stream) => finished(stream.pipe(splitLines(onLine))));
      const status = await new Promise<number>((resolve, reject) => {
        child.on('error', reject);
        child.on('close', (code) => resolve(code ?? 137));
      });
      await Promise.all(printed);
      return status;
    },
  };
}
