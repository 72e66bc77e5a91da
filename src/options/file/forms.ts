import { isRepeatable, type Option } from '../option.js';

/** The option `target` by the name that it also has in the reusable workflow: TOML has no key `target` beside a section of that name. */
export const TARGETS_KEY = 'targets';

/** What an option takes in a file, beside the words or bounds that its row has. */
export interface FileForms {
  readonly string: boolean;
  readonly boolean: boolean;
  readonly integer: boolean;
  /** An array of strings, one a line. */
  readonly array: boolean;
}

/** The forms that the value of an option has in a file, by the kind of its row. */
export function fileForms(option: Option): FileForms {
  const words: readonly string[] = option.kind === 'choice' ? option.choices : [];
  return {
    string: option.kind !== 'flag' && option.kind !== 'integer',
    boolean: option.kind === 'flag' || words.includes('true'),
    integer: option.kind === 'integer',
    array: isRepeatable(option) || isCommands(option),
  };
}

/** Whether the value is the text of commands, which has several lines by nature. */
export function isCommands(option: Option): boolean {
  return 'value' in option && option.value === 'COMMANDS';
}
