import type { Command } from 'commander';
import type { Option } from '../../options/option.js';
import { OPTIONS } from '../../options/table.js';
import { SYSTEM_RELEASES } from '../../targets/systems.js';
import { TARGETS } from '../../targets/table.js';

/** The shells that are completed for. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** A flag, for a shell. */
export interface DescribedFlag {
  /** `target`, without the dashes. */
  readonly name: string;
  readonly description: string;
  /** Placeholder of its value; undefined where it takes none. */
  readonly value: string | undefined;
  readonly repeatable: boolean;
  /** Values that it takes; empty where any text will do. */
  readonly words: readonly string[];
  /** Whether its value is a path. */
  readonly path: boolean;
}

/** A command, for a shell. */
export interface DescribedCommand {
  readonly name: string;
  readonly description: string;
  readonly flags: readonly DescribedFlag[];
  /** Words among its arguments. */
  readonly words: readonly string[];
  /** Whether paths are among its arguments. */
  readonly paths: boolean;
}

const TRIPLES = TARGETS.map(({ triple }) => triple);

/** What the commands say of themselves. */
export function describeCommands(commands: readonly Command[]): readonly DescribedCommand[] {
  return commands.map((command) => {
    const names = command.registeredArguments.map((each) => each.name());
    const words = names.includes('TARGETS') ? TRIPLES : names.includes('SHELL') ? SHELLS : [];
    const flags = command.options.filter(({ hidden }) => !hidden).map(flagOf);
    const help = { name: 'help', description: 'Print the help of this command.', value: undefined };
    return {
      name: command.name(),
      description: command.description(),
      flags: [...flags, { ...help, repeatable: false, words: [], path: false }],
      words,
      paths: words.length === 0 && names.length > 0,
    };
  });
}

function flagOf({ long, flags, description, parseArg }: Command['options'][number]): DescribedFlag {
  const name = (long ?? '').replace(/^--/, '');
  const [, value] = /<(.+)>/.exec(flags) ?? [];
  return {
    ...{ name, description, value },
    repeatable: parseArg !== undefined,
    words: value === undefined ? [] : wordsOf(name),
    path: value !== undefined && /^(?:FILE|DIR)$|\bFILE$/.test(value),
  };
}

function wordsOf(name: string): readonly string[] {
  if (name === 'target' || name === 'targets') return TRIPLES;
  if (name === 'os') return SYSTEM_RELEASES.map(({ os, release }) => `${os}:${release}`);
  const option: Option | undefined = OPTIONS.find((each) => each.name === name);
  return option?.kind === 'choice' ? option.choices : [];
}
