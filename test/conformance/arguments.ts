import { parseArgs } from 'node:util';
import { choosePlatforms, PLATFORMS, type Platform } from './platforms.js';

/** What a run of the suite was asked for. */
export interface Asked {
  readonly platforms: readonly Platform[];
  /** Identifiers; undefined for all. */
  readonly only: readonly string[] | undefined;
  /** Only the entries of the smaller run. */
  readonly core: boolean;
  /** Of those, each on one of the platforms that are not tested in full. */
  readonly sample: boolean;
  /** Break features in turn instead. */
  readonly selfTest: boolean;
  /** Keep the results, and write docs/mix-release.md from them and from those that were kept before. */
  readonly writeDocs: boolean;
  /** Run nothing, and see whether docs/mix-release.md is what entries and kept results say. */
  readonly checkDocs: boolean;
  readonly list: boolean;
  readonly help: boolean;
}

export const USAGE = `usage: script/conformance [--target TRIPLE] [--elixir VERSION] [--all | --others] [--core | --sample] [--only ID]... [--self-test] [--write-docs | --check-docs] [--list] [--help]
  Without a target and a version: x86_64-unknown-linux-gnu with Elixir 1.18.
  --all         every platform
  --others      every platform but the first
  --core        only the entries of the smaller run
  --sample      of those, each on one of the platforms but the first
  --only        an entry; may be given several times
  --self-test   breaks features in turn and shows that their entries fail
  --write-docs  keeps the results in test/conformance/results, and writes docs/mix-release.md from them
  --check-docs  runs nothing, and fails where docs/mix-release.md is not what entries and kept results say
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
      others: { type: 'boolean', default: false },
      core: { type: 'boolean', default: false },
      sample: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true },
      'self-test': { type: 'boolean', default: false },
      'write-docs': { type: 'boolean', default: false },
      'check-docs': { type: 'boolean', default: false },
      list: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const { target, elixir, all, others } = values;
  const chosen = target === undefined && elixir === undefined ? PLATFORMS : choosePlatforms(target, elixir);
  // A version alone that two targets have means the first of them.
  const some = all || others || target !== undefined ? chosen : chosen.slice(0, 1);
  const platforms = others ? some.filter((platform) => platform !== PLATFORMS[0]) : some;
  if (platforms.length === 0) {
    const known = PLATFORMS.map((platform) => `${platform.target} with ${platform.elixir}`).join(', ');
    throw new Error(`no such platform; there are ${known}`);
  }
  return {
    platforms,
    only: values.only,
    core: values.core,
    sample: values.sample,
    selfTest: values['self-test'],
    writeDocs: values['write-docs'],
    checkDocs: values['check-docs'],
    list: values.list,
    help: values.help,
  };
}
