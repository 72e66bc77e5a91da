import { MixReleaseError } from '../../errors.js';
import { wordList } from '../describe.js';
import { parseEnv } from '../parse.js';
import { readOption } from '../read.js';
import { rowOf, type RawOptions } from '../table.js';
import { fileInCheckout, parsePackages } from './builder.js';
import { parseImage } from './image.js';
import { parseServices, type ServiceOption } from './smoke-services.js';

/** How a release is to be tried before it is published. */
export interface SmokeOptions {
  /** `boot` starts it, `eval` only runs code of it; otherwise the absolute path of a script in the checkout. */
  readonly test: 'boot' | 'eval' | { readonly script: string };
  readonly env: Readonly<Record<string, string>>;
  /** Seconds for each release; undefined for the default. */
  readonly timeout: number | undefined;
  /** Image to run it in; undefined for one with the builder's system. */
  readonly image: string | undefined;
  /** Packages that the image gets, beside those that it is found to lack. */
  readonly packages: readonly string[];
  /** What runs beside it, in the order of the lines. */
  readonly services: readonly ServiceOption[];
  /** Whether the release may write into its own directory. */
  readonly writable: boolean;
  /** Whether the test was asked for by name: then it is an error that it cannot be run. */
  readonly isAsked: boolean;
}

/**
 * @param surroundings - where variables that are given by their name alone come from
 * @returns undefined where the releases are not to be tried
 * @throws MixReleaseError `bad-option`
 */
export async function readSmokeOptions(
  raw: RawOptions,
  checkout: string,
  surroundings: Readonly<Record<string, string | undefined>>,
): Promise<SmokeOptions | undefined> {
  const asked = readOption('smoke-test', raw);
  const test = asked ?? 'boot';
  const image = readOption('runtime-image', raw);
  const packages = parsePackages('runtime-packages', raw);
  const options = {
    env: parseEnv('smoke-env', raw['smoke-env'], surroundings),
    timeout: readOption('smoke-timeout', raw),
    image: image === undefined ? undefined : parseImage('runtime-image', image),
    packages,
    services: parseServices(raw, surroundings),
    writable: readOption('smoke-writable', raw),
    isAsked: asked !== undefined,
  };
  if (test === 'off') {
    requireNoUse('smoke-services', options.services.length > 0);
    requireNoUse('smoke-writable', options.writable);
    return undefined;
  }
  if (typeof test === 'string') return { ...options, test };
  return { ...options, test: { script: await scriptIn(test.other, checkout) } };
}

/** What says how the test runs contradicts that there is none. */
function requireNoUse(option: 'smoke-services' | 'smoke-writable', given: boolean): void {
  if (!given) return;
  throw new MixReleaseError('bad-option', {
    what: `${option} is for the smoke test, and smoke-test is off`,
    next: `Leave one of the two out.`,
  });
}

async function scriptIn(text: string, checkout: string): Promise<string> {
  try {
    return (await fileInCheckout('smoke-test', text, checkout)) ?? text;
  } catch (error) {
    if (!(error instanceof MixReleaseError)) throw error;
    throw new MixReleaseError('bad-option', {
      what: `smoke-test is '${text}', which is neither ${wordList(rowOf('smoke-test').choices, 'nor')}: ${error.message}`,
      next: error.next,
    });
  }
}
