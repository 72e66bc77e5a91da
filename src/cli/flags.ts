import { Option as Flag, type Command } from 'commander';
import { helpOf } from '../options/describe.js';
import { isRepeatable, type Option } from '../options/option.js';
import { REPLACED_NAMES, requireNoneReplaced } from '../options/replaced.js';
import { OPTIONS, type RawOptions } from '../options/table.js';

/** Adds a flag for each option of a build. */
export function addOptions(command: Command): void {
  for (const option of OPTIONS) {
    const heading = `${option.group}:`;
    command.addOption(toFlag(option, helpOf(option).text).helpGroup(heading));
    if (option.kind === 'flag') command.addOption(new Flag(`--no-${option.name}`).hideHelp().helpGroup(heading));
  }
  for (const name of REPLACED_NAMES) {
    for (const flag of [name, `no-${name}`]) command.addOption(new Flag(`--${flag}`).hideHelp());
  }
}

export function toFlag(option: Option, text: string): Flag {
  const { name, kind } = option;
  const { placeholder } = helpOf(option);
  const flag = new Flag(placeholder === undefined ? `--${name}` : `--${name} <${placeholder}>`, text);
  if (kind === 'secrets') flag.env(`MIX_RELEASE_${name.replaceAll('-', '_').toUpperCase()}`);
  return isRepeatable(option)
    ? flag.argParser((value: string, before: readonly string[] | undefined) => [...(before ?? []), value])
    : flag;
}

/**
 * Commander's camel-cased keys, back to the names of the options.
 *
 * @throws MixReleaseError `bad-option`
 */
export function toRaw(values: Readonly<Record<string, string | string[] | boolean>>): RawOptions {
  const valueOf = (name: string) => values[name.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())];
  requireNoneReplaced((name) => valueOf(name) !== undefined);
  const named = OPTIONS.flatMap(({ name }) => {
    const value = valueOf(name);
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(named);
}
