import { commandLineDefault } from './describe.js';
import type { Option } from './option.js';
import { parseChoice, parseFlag, parseInteger, parseLines, parseList, parseText } from './parse.js';
import { rowOf, type NameOfKind, type OptionName, type Raw, type RawOptions, type RowOf } from './table.js';

/** Options that are read by their row alone; those of kind `env` also take the environment: `parseEnv`. */
type ReadableName = Exclude<OptionName, NameOfKind<'env'>>;

type Unset<R> = R extends { readonly default: '' } ? undefined : never;

type Other<R> = R extends { readonly other: object } ? { readonly other: string } : never;

type ValueOf<R> = R extends { readonly kind: 'choice'; readonly choices: readonly (infer Word)[] }
  ? Word | Other<R> | Unset<R>
  : R extends { readonly kind: 'flag' }
    ? boolean
    : R extends { readonly kind: 'integer' }
      ? number | Unset<R>
      : R extends { readonly kind: 'text' }
        ? string | Unset<R>
        : readonly string[];

/**
 * The value that an option is read as: one of its words, or `other` than these where it has any; an integer, a flag, a
 * text, or a list. Undefined where there is neither a value nor a default.
 */
export type OptionValue<Name extends ReadableName> = ValueOf<RowOf<Name>>;

/**
 * Reads an option by its row of the table; without a value it is the default of the command line. (The inputs of the
 * action have theirs already.)
 *
 * @throws MixReleaseError `bad-option`
 */
export function readOption<Name extends ReadableName>(name: Name, raw: RawOptions): OptionValue<Name> {
  // The row decides both, what is read here and the type that `OptionValue` gives it.
  return readByRow(rowOf(name), raw[name]) as OptionValue<Name>;
}

function readByRow(option: Option, given: Raw): unknown {
  const value = parseByRow(option, given);
  return value ?? parseByRow(option, commandLineDefault(option));
}

function parseByRow(option: Option, given: Raw): unknown {
  switch (option.kind) {
    case 'text':
      return parseText(option.name, given);
    case 'flag':
      return parseFlag(option, given);
    case 'choice':
      return parseChoice(option, given);
    case 'integer':
      return parseInteger(option, given);
    case 'list':
      return parseList(given);
    case 'lines':
    case 'secrets':
    case 'env':
      return parseLines(given);
  }
}
