import { parseArgs } from 'node:util';
import { choosePlatforms, PLATFORMS, type Platform } from './platforms.js';

/** What a run of the suite was asked for. */
export interface Asked {
  readonly platforms: readonly Platform[];
  /** Identifiers; undefined for all. */
  readonly only: readonly string[] | undefined;
  /** Only the entries of the smaller run. */
  readonly core: boolean;
  /** Break features in turn instead. */
  readonly selfTest: boolean;
  /** Write docs/mix-release.md from the results of this run and of those before. */
  readonly writeDocs: boolean;
  readonly list: boolean;
  readonly help: boolean;
}

export const USAGE = `usage: script/conformance [--target TRIPLE] [--elixir VERSION] [--all] [--core] [--only ID]... [--self-test] [--write-docs] [--list] [--help]
  Without a target and a version: x86_64-unknown-linux-gnu with Elixir 1.18.
  --all         every platform
  --core        only the entries of the smaller run
  --only        an entry; may be given several times
  --self-test   breaks features in turn and shows that their entries fail
  --write-docs  writes docs/mix-release.md when the run has ended
  --list        prints the entries and runs none
`;

/** @throws Error with what is wrong about the arguments */
export function readArguments(argv: readonly string[]): Asked {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      target: { type: 'string' },
      elixir: { type: 'string' },
      all: { type: 'boolean', default: false },
      core: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true },
      'self-test': { type: 'boolean', default: false },
      'write-docs': { type: 'boolean', default: false },
      list: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const { target, elixir, all } = values;
  const platforms =
    target === undefined && elixir === undefined
      ? PLATFORMS.slice(0, all ? PLATFORMS.length : 1)
      : choosePlatforms(target, elixir);
  if (platforms.length === 0) {
    const known = PLATFORMS.map((platform) => `${platform.target} with ${platform.elixir}`).join(', ');
    throw new Error(`no such platform; there are ${known}`);
  }
  return {
    // A version alone that two targets have means the first of them.
    platforms: target === undefined && !all ? platforms.slice(0, 1) : platforms,
    only: values.only,
    core: values.core,
    selfTest: values['self-test'],
    writeDocs: values['write-docs'],
    list: values.list,
    help: values.help,
  };
}
