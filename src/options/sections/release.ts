import { MixReleaseError } from '../../errors.js';

/** @throws MixReleaseError `bad-option` */
export function parseReleaseNames(names: readonly string[]): readonly string[] {
  const bad = names.find((name) => !/^[a-z][A-Za-z0-9_]*$/.test(name));
  if (bad !== undefined) {
    throw new MixReleaseError('bad-option', {
      what: `release '${bad}' is not a release name`,
      next: 'Mix allows a lowercase letter followed by letters, digits and underscores.',
    });
  }
  return [...new Set(names)];
}

/** @throws MixReleaseError `bad-option` */
export function parseMixEnv(mixEnv: string): string {
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(mixEnv)) return mixEnv;
  throw new MixReleaseError('bad-option', {
    what: `mix-env '${mixEnv}' is not a Mix environment`,
    next: 'Use a word such as prod, staging or test.',
  });
}

/**
 * SOURCE_DATE_EPOCH: whole seconds since 1970.
 *
 * @throws MixReleaseError `bad-option`
 */
export function parseSourceDate(text: string | undefined): Date | undefined {
  if (text === undefined || text === '') return undefined;
  if (/^\d{1,11}$/.test(text)) return new Date(Number(text) * 1000);
  throw new MixReleaseError('bad-option', {
    what: `SOURCE_DATE_EPOCH is '${text}'`,
    next: 'It takes whole seconds since 1970, as `git log -1 --format=%ct` prints them.',
  });
}
