import { MixReleaseError } from '../../errors.js';
import { parseLines } from '../parse.js';
import type { RawOptions } from '../table.js';
import { parseImage } from './image.js';

/** An image that runs beside the release in its smoke test. */
export interface ServiceOption {
  /** Its host name there. */
  readonly name: string;
  readonly image: string;
  readonly env: Readonly<Record<string, string>>;
}

/** A host name of one label, which no other machine in the test has. */
const NAME = /^[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const TAKEN = new Set(['localhost', 'sealed']);
/** A word, of which parts may be in quotes. */
const WORD = /(?:[^\s'"]|'[^']*'|"[^"]*")+/g;

/**
 * The lines of smoke-services: `NAME IMAGE [VAR=VALUE …]`. A value with spaces is in quotes; a variable without a value has
 * the one of `surroundings`.
 *
 * @throws MixReleaseError `bad-option`
 */
export function parseServices(
  raw: RawOptions,
  surroundings: Readonly<Record<string, string | undefined>>,
): readonly ServiceOption[] {
  const services = parseLines(raw['smoke-services']).map((line) => parseService(line, surroundings));
  const names = services.map(({ name }) => name);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw bad(`names ${twice} twice`, 'Give each service a different name.');
  return services;
}

function parseService(line: string, surroundings: Readonly<Record<string, string | undefined>>): ServiceOption {
  const words = line.match(WORD) ?? [];
  // Values may be secret: only the beginning of the line is shown.
  const shown = line.split('=')[0] ?? '';
  if (line.replace(WORD, '').trim() !== '') {
    throw bad(`has a line with a quote that does not end: '${shown}'`, 'End it with the same quote.');
  }
  const [name = '', image, ...variables] = words;
  if (!NAME.test(name) || TAKEN.has(name)) {
    throw bad(
      `has a service '${name}'`,
      'A line is NAME IMAGE [VARIABLE=VALUE ...]. The name is a host name: lowercase letters, digits and hyphens, such as db.',
    );
  }
  if (image === undefined || image.includes('=')) {
    throw bad(`has no image for ${name}`, 'A line is NAME IMAGE [VARIABLE=VALUE ...], such as: db postgres:17.');
  }
  return {
    name,
    image: parseImage('smoke-services', image),
    env: Object.fromEntries(variables.map((text) => variableOf(name, text, surroundings))),
  };
}

function variableOf(
  service: string,
  text: string,
  surroundings: Readonly<Record<string, string | undefined>>,
): readonly [string, string] {
  const [, variable, written] = /^([A-Za-z_][A-Za-z0-9_]*)(?:=([^]*))?$/.exec(text) ?? [];
  if (variable === undefined) {
    throw bad(
      `has '${text.split('=')[0] ?? ''}' for ${service}, which is no variable`,
      'Behind the image come VARIABLE=VALUE, separated by spaces; put a value with spaces in quotes.',
    );
  }
  const value = written?.replaceAll(
    /'([^']*)'|"([^"]*)"/g,
    (_, single?: string, double?: string) => single ?? double ?? '',
  );
  const given = value ?? surroundings[variable];
  if (given !== undefined) return [variable, given];
  throw bad(
    `names ${variable} for ${service}, which is not set here`,
    `Set ${variable} for this step, or give its value: ${variable}=VALUE.`,
  );
}

function bad(what: string, next: string): MixReleaseError {
  return new MixReleaseError('bad-option', { what: `smoke-services ${what}`, next });
}
