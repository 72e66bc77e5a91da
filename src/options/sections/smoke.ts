import { MixReleaseError } from '../../errors.js';
import { parseEnv, parseInteger, parseText } from '../parse.js';
import type { RawOptions } from '../table.js';
import { fileInCheckout, parsePackages } from './builder.js';
import { parseImage } from './image.js';

/** How a release is to be tried before it is published. */
export interface SmokeOptions {
  /** `boot` starts it, `eval` only runs code of it; otherwise the absolute path of a script in the checkout. */
  readonly test: 'boot' | 'eval' | { readonly script: string };
  readonly env: Readonly<Record<string, string>>;
  /** Seconds for each release; undefined for the default. */
  readonly timeout: number | undefined;
  /** Image to run it in; undefined for one with the builder's system. */
  readonly image: string | undefined;
  /** Packages that the image gets; undefined for those that it lacks. */
  readonly packages: readonly string[] | undefined;
}

/** Seconds: an hour. */
const LONGEST = 3600;

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
  const test = parseText('smoke-test', raw['smoke-test']) ?? 'boot';
  const image = parseText('runtime-image', raw['runtime-image']);
  const packages = parsePackages('runtime-packages', raw);
  const options = {
    env: parseEnv('smoke-env', raw['smoke-env'], surroundings),
    timeout: parseInteger('smoke-timeout', raw['smoke-timeout'], 1, LONGEST),
    image: image === undefined ? undefined : parseImage('runtime-image', image),
    packages: packages.length === 0 ? undefined : packages,
  };
  if (test === 'off') return undefined;
  if (test === 'boot' || test === 'eval') return { ...options, test };
  return { ...options, test: { script: await scriptIn(raw, test, checkout) } };
}

async function scriptIn(raw: RawOptions, test: string, checkout: string): Promise<string> {
  try {
    return (await fileInCheckout('smoke-test', raw, checkout)) ?? test;
  } catch (error) {
    if (!(error instanceof MixReleaseError)) throw error;
    throw new MixReleaseError('bad-option', {
      what: `smoke-test is '${test}', which is neither boot, eval nor off: ${error.message}`,
      next: error.next,
    });
  }
}
