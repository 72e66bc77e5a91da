import type { Readable } from 'node:stream';
import { packFiles, type VirtualFile } from '../../../src/archive/files.js';
import type { Command, RunningContainer } from '../../../src/engine/container.js';

/** What a command in the stub prints and ends with. */
export interface Answer {
  readonly status?: number;
  readonly lines?: readonly string[];
}

/** Stands in for an engine's container: every command gets one answer, and every path is one of these files. */
export interface StubContainer extends RunningContainer {
  readonly commands: readonly Command[];
  readonly requested: readonly string[];
}

export function stubContainer(answer: Answer, files: Readonly<Record<string, string | Readable>> = {}): StubContainer {
  const commands: Command[] = [];
  const requested: string[] = [];
  return {
    id: 'stub',
    commands,
    requested,
    run: (command, onLine) => {
      commands.push(command);
      for (const line of answer.lines ?? []) onLine(line);
      return Promise.resolve(answer.status ?? 0);
    },
    talk: () => Promise.reject(new Error('the stub has nobody to talk to')),
    put: () => Promise.resolve(),
    get: (path) => {
      requested.push(path);
      const found = files[path];
      if (found === undefined) return Promise.reject(new Error(`no such file: ${path}`));
      return Promise.resolve(typeof found === 'string' ? archiveOf({ path: baseName(path), text: found }) : found);
    },
    kill: () => Promise.resolve(),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function archiveOf(file: VirtualFile): Readable {
  return packFiles([file]);
}

/** A line that a run of Mix prints, or what one of our tasks says in it. */
export type Said = string | { readonly stage: string } | { readonly fact: string; readonly value: string };

/** Stands in for a container in which Mix runs: our tasks answer under the mark that the command gives them. */
export function mixContainer(said: readonly Said[], status: number): StubContainer {
  const stub = stubContainer({ status });
  return {
    ...stub,
    run: async (command, onLine) => {
      const mark = command.argv.find((word) => /^[0-9a-f]{8}-[0-9a-f-]{27}$/.test(word)) ?? '';
      for (const each of said) {
        if (typeof each === 'string') onLine(each);
        else onLine('stage' in each ? `${mark} stage ${each.stage}` : factLine(mark, each.fact, each.value));
      }
      return stub.run(command, onLine);
    },
  };
}

/** What a task of ours prints for a fact. */
export function factLine(mark: string, name: string, value: string): string {
  return `${mark} fact ${name} ${Buffer.from(value).toString('base64')}`;
}
