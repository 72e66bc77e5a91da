import { MixReleaseError } from '../errors.js';
import { valuesOf } from './describe.js';
import type { ChoiceOption, FlagOption, IntegerOption, Option } from './option.js';
import { RESERVED_VARIABLES } from './reserved-env.js';
import type { NameOfKind, Raw } from './table.js';

/** The trimmed text of an option; undefined when it is absent or empty. */
export function parseText(name: string, raw: Raw): string | undefined {
  if (raw === undefined || typeof raw === 'boolean') return undefined;
  const texts = (typeof raw === 'string' ? [raw] : raw).map((text) => text.trim()).filter((text) => text !== '');
  if (texts.length > 1) {
    throw new MixReleaseError('bad-option', {
      what: `${name} was given ${String(texts.length)} values`,
      next: `Give ${name} one value.`,
    });
  }
  return texts[0];
}

/** The items of a list option: given several times, or separated by lines, commas or spaces. */
export function parseList(raw: Raw): readonly string[] {
  if (raw === undefined || typeof raw === 'boolean') return [];
  const texts = typeof raw === 'string' ? [raw] : raw;
  return texts.flatMap((text) => text.split(/[\s,]+/)).filter((item) => item !== '');
}

/** The lines of an option that is given one a line or several times, without the spaces around them. */
export function parseLines(raw: Raw): readonly string[] {
  if (raw === undefined || typeof raw === 'boolean') return [];
  const texts = typeof raw === 'string' ? [raw] : raw;
  return texts
    .flatMap((text) => text.split(/\r?\n/))
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

/** A yes or no: true and false in any case, as YAML 1.2 has them. */
export function parseFlag(option: FlagOption, raw: Raw): boolean | undefined {
  if (typeof raw === 'boolean') return raw;
  const text = parseText(option.name, raw);
  if (text === undefined) return undefined;
  const word = text.toLowerCase();
  if (word === 'true' || word === 'false') return word === 'true';
  throw notAmong(option, text);
}

/** One of the option's words, in upper or lower case; any other text only where the option takes one. */
export function parseChoice(option: ChoiceOption, raw: Raw): string | { readonly other: string } | undefined {
  const text = parseText(option.name, raw);
  if (text === undefined) return undefined;
  const word = option.choices.find((choice) => choice === text.toLowerCase());
  if (word !== undefined) return word;
  if (option.other) return { other: text };
  throw notAmong(option, text);
}

/** A whole number between the option's bounds, in decimal digits. */
export function parseInteger(option: IntegerOption, raw: Raw): number | undefined {
  const text = parseText(option.name, raw);
  if (text === undefined) return undefined;
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= option.least && value <= option.most) return value;
  throw notAmong(option, text);
}

function notAmong(option: Option, text: string): MixReleaseError {
  return new MixReleaseError('bad-option', {
    what: `${option.name} is '${text}'`,
    next: `${option.name} takes ${valuesOf(option) ?? 'another text'}.`,
  });
}

/**
 * Environment variables, one a line: `NAME=VALUE`, or `NAME` for the value that it has in `surroundings`.
 * Values keep their spaces. Empty lines are passed over.
 */
export function parseEnv(
  name: NameOfKind<'env'>,
  raw: Raw,
  surroundings: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  if (raw === undefined || typeof raw === 'boolean') return {};
  const lines = typeof raw === 'string' ? raw.split(/\r?\n/) : raw;
  const env: Record<string, string> = {};
  for (const line of lines.filter((each) => each.trim() !== '')) {
    const [, variable, value] = /^\s*([A-Za-z_][A-Za-z0-9_]*)\s*(?:=([^]*))?$/.exec(line) ?? [];
    if (variable === undefined) {
      throw new MixReleaseError('bad-option', {
        what: `${name} has an entry that is neither NAME nor NAME=VALUE: '${line.split('=')[0] ?? ''}'`,
        next: 'A name has letters, digits and underscores and does not start with a digit.',
      });
    }
    if (RESERVED_VARIABLES.has(variable)) {
      throw new MixReleaseError('bad-option', {
        what: `${name} sets ${variable}, which the builder sets itself`,
        next: variable === 'MIX_ENV' ? 'Use mix-env.' : `Leave ${variable} out.`,
      });
    }
    const given = value ?? surroundings[variable];
    if (given === undefined) {
      throw new MixReleaseError('bad-option', {
        what: `${name} names ${variable}, which is not set here`,
        next: `Set ${variable} for this step, or give its value: ${variable}=VALUE.`,
      });
    }
    env[variable] = given;
  }
  return env;
}
