import { execFile, spawn } from 'node:child_process';
import { finished } from 'node:stream/promises';
import { promisify } from 'node:util';
import type { RunningContainer } from '../../../src/engine/container.js';
import { splitLines } from '../../../src/engine/lines.js';
import { stubContainer } from './container.js';

const execFileAsync = promisify(execFile);

/** A shell, and the command that starts it. */
export type Shell = readonly [name: string, command: readonly string[]];

/** The shells of this machine that a builder image may have: sh and bash, and busybox where it is installed. */
export async function shellsHere(): Promise<readonly Shell[]> {
  const busybox = await execFileAsync('busybox', ['true']).then(
    () => true,
    () => false,
  );
  return [['sh', ['sh']], ['bash', ['bash']], ...(busybox ? [['busybox sh', ['busybox', 'sh']] as const] : [])];
}

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
