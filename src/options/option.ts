/** The sections that options stand in, on pages and in `--help`, in their order. */
export const GROUPS = [
  'Target and image',
  'Building',
  'Dependencies and secrets',
  'Checks',
  'Output and publishing',
  'Caching',
] as const;

interface Row {
  readonly name: string;
  readonly group: (typeof GROUPS)[number];
  /** The default of the action's input, and of the flag where that has no other; an empty string where there is none. */
  readonly default: string;
  /** The default on the command line, where it is another. */
  readonly commandLineDefault?: string;
  /** What is taken where no value is given and there is no default, as Markdown: a noun. */
  readonly unset?: string;
  /** One full sentence; what values the option takes is added to it. */
  readonly summary: string;
  readonly required?: boolean;
  /** Whether README.md names it: one of the few that most people use. */
  readonly common?: true;
  /** Whether the reusable workflow takes it: as an input, as a secret, or not, because it has no use there. */
  readonly workflow: boolean | 'secret';
}

interface Valued extends Row {
  /** Placeholder of the value in `--help`. */
  readonly value: string;
}

/**
 * How an option's text is read. `list`, `lines`, `secrets` and `env` may be given several times, or one a line in a
 * workflow; the items of a list are also separated by commas and spaces. `secrets` are lines, which the command line
 * also takes from the variable MIX_RELEASE_NAME.
 */
interface TextOption extends Valued {
  readonly kind: 'text' | 'list' | 'lines' | 'secrets' | 'env';
  /** Whether it also takes lines `PATTERN => VALUE`, each for the targets that match: `rawFor`. */
  readonly perTarget?: true;
}

/** True or false. */
export interface FlagOption extends Row {
  readonly kind: 'flag';
}

/** One of a few words, in upper or lower case. */
export interface ChoiceOption extends Row {
  readonly kind: 'choice';
  /** In lower case. */
  readonly choices: readonly string[];
  /** What a text that is none of the words is: a noun, and its placeholder in `--help`. */
  readonly other?: { readonly noun: string; readonly value: string };
}

/** A whole number between two bounds, both allowed. */
export interface IntegerOption extends Valued {
  readonly kind: 'integer';
  readonly least: number;
  readonly most: number;
}

/** One option: an input of the action and a flag of the command line, by the same name. */
export type Option = TextOption | FlagOption | ChoiceOption | IntegerOption;

const REPEATABLE: readonly Option['kind'][] = ['list', 'lines', 'secrets', 'env'];

/** Whether an option may have a value for the targets that match a pattern. */
export function isPerTarget(option: Option): boolean {
  return 'perTarget' in option;
}

/** Whether an option may be given several times: those that take several values, and those with one for each target. */
export function isRepeatable(option: Option): boolean {
  return REPEATABLE.includes(option.kind) || isPerTarget(option);
}
