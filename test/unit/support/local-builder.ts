import { execFile, spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Command, RunningContainer } from '../../../src/engine/container.js';
import { stubContainer } from './container.js';
import { directoryWith } from './files.js';
import { saved, tar } from './tar.js';

/** A builder whose commands run on this machine. */
export interface LocalBuilder {
  readonly container: RunningContainer;
  /** The titles of commands, and `put PLACE` for archives, in order. */
  readonly calls: readonly string[];
  /** The path here of one in the builder, such as `/build/src`. */
  readonly at: (place: string) => string;
}

/**
 * A builder with the empty directories of a new state volume, as a directory of this machine.
 *
 * @param shell - what runs scripts: `sh`, or several words, such as `busybox sh`
 */
export async function localBuilder(shell: readonly string[] = ['sh']): Promise<LocalBuilder> {
  const root = await directoryWith();
  for (const name of ['src', 'home', 'state', 'record']) await mkdir(path.join(root, name));
  const at = (place: string): string => place.replace(/^\/build(?=\/|$)/, root);
  const local = ({ argv, cwd = '/' }: Command): readonly [string, string[], { readonly cwd: string }] => {
    const words = argv.map((word) => word.replaceAll(/\/build(?=[/\s]|$)/g, root));
    const [program = '', ...args] = words[0] === 'sh' ? [...shell, ...words.slice(1)] : words;
    return [program, args, { cwd: at(cwd) }];
  };
  const calls: string[] = [];
  const container: RunningContainer = {
    ...stubContainer({}),
    run: (command, onLine) => {
      calls.push(command.title);
      return new Promise((resolve) => {
        execFile(...local(command), (error, stdout, stderr) => {
          for (const line of `${stdout}${stderr}`.split('\n').filter(Boolean)) onLine(line);
          resolve(error ? Number(error.code) : 0);
        });
      });
    },
    talk: (command) => {
      calls.push(command.title);
      const child = spawn(...local(command));
      return Promise.resolve({
        input: child.stdin,
        output: child.stdout,
        [Symbol.asyncDispose]: () => Promise.resolve(void child.kill()),
      });
    },
    put: async (archive, place) => {
      calls.push(`put ${place}`);
      await tar(
        '--extract',
        '--no-same-owner',
        '--preserve-permissions',
        '--file',
        await saved(archive),
        '-C',
        at(place),
      );
    },
  };
  return { container, calls, at };
}
