import { isPerTarget, type Option } from './option.js';

/** `a`, `a or b`, `a, b or c`. */
export function wordList(words: readonly string[], conjunction: 'or' | 'nor' = 'or'): string {
  return words.length < 2
    ? words.join('')
    : `${words.slice(0, -1).join(', ')} ${conjunction} ${words.slice(-1).join('')}`;
}

/**
 * The values that an option takes, as a noun; undefined where any text will do.
 *
 * @param mark - what a word that is typed as it stands is shown in
 */
export function valuesOf(option: Option, mark = (word: string): string => word): string | undefined {
  switch (option.kind) {
    case 'flag':
      return wordList(['true', 'false'].map(mark));
    case 'choice':
      return wordList([...option.choices.map(mark), ...(option.other ? [option.other.noun] : [])]);
    case 'integer':
      return `a whole number from ${String(option.least)} to ${String(option.most)}`;
    case 'text':
    case 'list':
    case 'lines':
    case 'secrets':
    case 'env':
      return undefined;
  }
}

/** The form of a value for some targets only. */
const BY_TARGET = 'PATTERN => VALUE';

/**
 * What an option is, the values that it takes, and what holds without one: sentences on one line.
 *
 * @param mark - as for `valuesOf`
 */
export function descriptionOf(option: Option, mark?: (word: string) => string): string {
  const values = option.kind === 'flag' ? undefined : valuesOf(option, mark);
  return [
    option.summary,
    ...(values === undefined ? [] : [`Takes ${values}.`]),
    ...(option.unset === undefined ? [] : [`By default ${option.unset}.`]),
    ...(isPerTarget(option) ? [`Also by target: ${mark?.(BY_TARGET) ?? BY_TARGET}.`] : []),
  ].join(' ');
}

/** The default of the flag; an empty string where there is none. */
export function commandLineDefault(option: Option): string {
  return option.commandLineDefault ?? option.default;
}

/** What `--help` says of a flag, and the placeholder of its value; no placeholder where it takes none. */
export function helpOf(option: Option): { readonly placeholder: string | undefined; readonly text: string } {
  const byDefault = commandLineDefault(option);
  const suffix = byDefault === '' || byDefault === 'false' ? '' : ` (default: ${byDefault})`;
  switch (option.kind) {
    case 'flag':
      return { placeholder: undefined, text: capitalised(option.summary.replace(/^Whether to /, '')) + suffix };
    case 'choice':
      return {
        placeholder: [...option.choices, ...(option.other ? [option.other.value] : [])].join('|'),
        text: option.summary + suffix,
      };
    default:
      return { placeholder: option.value, text: descriptionOf(option) + suffix };
  }
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
