import { MixReleaseError } from '../errors.js';

/** Options of earlier versions, each with what takes its place. */
const REPLACED: Readonly<Record<string, string>> = { emulate: 'method: emulate' };

export const REPLACED_NAMES: readonly string[] = Object.keys(REPLACED);

/**
 * @param isGiven - whether a name was given as an input or a flag
 * @throws MixReleaseError `bad-option` for an option that has been replaced, naming the other
 */
export function requireNoneReplaced(isGiven: (name: string) => boolean): void {
  for (const [name, other] of Object.entries(REPLACED)) {
    if (!isGiven(name)) continue;
    throw new MixReleaseError('bad-option', {
      what: `there is no option ${name} any more`,
      next: `Where it was true, write ${other} (--${other.replace(': ', ' ')} on the command line). Where it was false, leave it out.`,
    });
  }
}
