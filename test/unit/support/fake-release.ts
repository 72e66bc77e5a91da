import { setImmediate } from 'node:timers/promises';
import type { Command } from '../../../src/engine/container.js';
import type { FakeContainer } from '../../support/fake-engine/container.js';
import type { FakeAnswer, FakeHandlers } from '../../support/fake-engine/handlers.js';
import { factLine } from './container.js';

/** A node that was started, as what its commands do to it. */
export interface FakeNode {
  /** Prints a line of its log. */
  print(line: string): void;
  /** Ends it, with an exit status. */
  end(status: number): void;
}

/** One command that a release is given. */
export interface Given {
  readonly command: Command;
  readonly container: FakeContainer;
  /** What a line begins with that is for us. */
  readonly mark: string;
  /** The node that `start` made; it prints nothing where there is none. */
  readonly node: FakeNode;
  /** How often this command was given, with this time. */
  readonly turn: number;
}

/** What the commands of a release do, by their titles; one that is not here does as a release does that is well. */
export type Commands = Readonly<Record<string, (given: Given) => FakeAnswer | undefined | Promise<FakeAnswer>>>;

/** What is printed under our mark: `[name, value]`. */
export type Fact = readonly [name: string, value: string];

const PID = '42';
const MARK = /[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/;

/** What a command prints that answers with these facts. */
export const answering = (mark: string, ...facts: readonly Fact[]): FakeAnswer => ({
  lines: [...facts, ['answered', ''] as const].map(([name, value]) => factLine(mark, name, value)),
});

/** What `rpc` prints in a node that has no distribution. */
export const NO_DISTRIBUTION: FakeAnswer = {
  lines: ['--rpc-eval : Cannot run --rpc-eval if the node is not alive (set --name or --sname)'],
  status: 1,
};

/** A release that runs in a fake engine, but for the commands that a test gives. */
export function fakeRelease(commands: Commands = {}): Pick<FakeHandlers, 'run'> & { readonly given: readonly Given[] } {
  const given: Given[] = [];
  let node: FakeNode = { print: () => undefined, end: () => undefined };
  const usual: Commands = {
    // The shell that waits for a port has this title, too.
    rpc: ({ mark }) => answering(mark, ['native', 'web 2']),
    eval: ({ mark }) => answering(mark, ['native', 'web 2']),
    stop: () => {
      node.end(0);
      return {};
    },
    kill: ({ command }) => {
      if (command.argv.at(-1) !== PID) return { lines: ['no such process'], status: 1 };
      node.end(0);
      return {};
    },
  };
  const run: FakeHandlers['run'] = async (command, container, print) => {
    const { title, argv } = command;
    if (title === 'rpc' && argv[0] === 'sh') return {};
    // What a command prints comes later than the call that starts it.
    await setImmediate();
    const mark = MARK.exec(argv.join('\n'))?.[0] ?? '';
    const turn = given.filter((each) => each.command.title === title).length + 1;
    let ended: Promise<number> | undefined;
    if (title === 'start') {
      const { promise, resolve } = Promise.withResolvers<number>();
      ended = promise;
      node = { print, end: resolve };
      print(factLine(mark, 'pid', PID));
      print('web is up');
    }
    const one = { command, container, mark, node, turn };
    given.push(one);
    const act = commands[title] ?? usual[title];
    const answer = act ? await act(one) : {};
    return ended ? { status: await ended, ...answer } : answer;
  };
  return { run, given };
}
