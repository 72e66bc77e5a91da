import { MixReleaseError } from '../errors.js';
import type { OptionName } from './table.js';
import { RESERVED_VARIABLES } from './reserved-env.js';

type Raw = string | readonly string[] | boolean | undefined;

/** The trimmed text of an option; undefined when it is absent or empty. */
export function parseText(name: OptionName, raw: Raw): string | undefined {
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
export function parseFlag(name: OptionName, raw: Raw): boolean | undefined {
  if (typeof raw === 'boolean') return raw;
  const text = parseText(name, raw)?.toLowerCase();
  if (text === undefined) return undefined;
  if (text === 'true') return true;
  if (text === 'false') return false;
  throw new MixReleaseError('bad-option', {
    what: `${name} is '${text}'`,
    next: `${name} takes true or false.`,
  });
}

/** One of a few words, in upper or lower case. */
export function parseWord<Word extends string>(name: OptionName, raw: Raw, words: readonly Word[]): Word | undefined {
  const text = parseText(name, raw);
  const word = words.find((each) => each === text?.toLowerCase());
  if (text === undefined || word !== undefined) return word;
  throw new MixReleaseError('bad-option', {
    what: `${name} is '${text}'`,
    next: `${name} takes ${words.join(' or ')}.`,
  });
}

/** A whole number between two bounds, both allowed. */
export function parseInteger(name: OptionName, raw: Raw, least: number, most: number): number | undefined {
  const text = parseText(name, raw);
  if (text === undefined) return undefined;
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw new MixReleaseError('bad-option', {
    what: `${name} is '${text}'`,
    next: `${name} takes a whole number from ${String(least)} to ${String(most)}.`,
  });
}

/**
 * Environment variables, one a line: `NAME=VALUE`, or `NAME` for the value that it has in `surroundings`.
 * Values keep their spaces. Empty lines are passed over.
 */
export function parseEnv(
  name: OptionName,
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
