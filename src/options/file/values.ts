import { MixReleaseError } from '../../errors.js';
import { kindOf } from '../../toml.js';
import { valuesOf } from '../describe.js';
import type { Option } from '../option.js';
import { parseChoice, parseInteger, parseLines } from '../parse.js';
import type { Raw } from '../table.js';
import { fileForms, isCommands } from './forms.js';

/** Where a value stands, for messages: `mix-release.toml:3`. */
export type Origin = string;

/**
 * A value of a file as the command line or a workflow would give it.
 *
 * @throws MixReleaseError `bad-config-file` for a value of another type, a word that the option does not take, and a secret
 */
export function rawOfFile(option: Option, value: unknown, origin: Origin): Exclude<Raw, undefined> {
  requireNoSecret(option, value, origin);
  const forms = fileForms(option);
  if (Array.isArray(value) && forms.array) {
    const lines = value.map((item: unknown) => {
      if (typeof item === 'string') return item;
      throw wrongType(option, `an array with ${kindOf(item)}`, origin);
    });
    return isCommands(option) ? lines.join('\n') : lines;
  }
  if (typeof value === 'boolean' && forms.boolean) return option.kind === 'flag' ? value : String(value);
  if ((typeof value === 'number' && forms.integer) || (typeof value === 'string' && forms.string)) {
    return checked(option, String(value), origin);
  }
  throw wrongType(option, kindOf(value), origin, typeof value === 'number');
}

/** The words and bounds of a row, judged while the line is known. */
function checked(option: Option, text: string, origin: Origin): string {
  try {
    if (option.kind === 'choice') parseChoice(option, text);
    if (option.kind === 'integer') parseInteger(option, text);
    return text;
  } catch (error) {
    if (!(error instanceof MixReleaseError)) throw error;
    throw new MixReleaseError('bad-config-file', { what: `${origin}: ${error.message}`, next: error.next });
  }
}

function wrongType(option: Option, kind: string, origin: Origin, isNumber = false): MixReleaseError {
  const quotes =
    isNumber && fileForms(option).string ? ' Write the number in quotes: it would lose its last zero.' : '';
  return new MixReleaseError('bad-config-file', {
    what: `${origin}: ${option.name} is ${kind}`,
    next: `${option.name} takes ${typeOf(option)}.${quotes}`,
  });
}

function typeOf(option: Option): string {
  if (option.kind === 'choice') return `${valuesOf(option, (word) => `"${word}"`) ?? ''}, in quotes`;
  const { array } = fileForms(option);
  return valuesOf(option) ?? (array ? 'a string or an array of strings, one per line' : 'a string');
}

/** A file in a repository is no place for a secret. The name of a variable is none. */
function requireNoSecret(option: Option, value: unknown, origin: Origin): void {
  if (option.kind === 'secrets') {
    const variable = `MIX_RELEASE_${option.name.replaceAll('-', '_').toUpperCase()}`;
    throw new MixReleaseError('bad-config-file', {
      what: `${origin}: ${option.name} holds secrets, which do not belong in a file of the repository`,
      next: `In a workflow, give it as the input ${option.name} with a secret; on the command line, as the variable ${variable}. Replace a key that has been committed.`,
    });
  }
  if (option.name !== 'deps-env') return;
  const lines = parseLines(Array.isArray(value) ? value.map(String) : typeof value === 'string' ? value : undefined);
  const name = lines.find((line) => line.includes('='))?.split('=')[0];
  if (name === undefined) return;
  throw new MixReleaseError('bad-config-file', {
    what: `${origin}: deps-env has a value for ${name}, and secrets do not belong in a file of the repository`,
    next: `Write the name alone, ${name}, and set the variable where the build runs. Replace a key that has been committed.`,
  });
}
