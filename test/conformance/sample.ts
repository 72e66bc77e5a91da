import { ENTRIES } from './entries/index.js';
import { isAvailable, type Entry } from './model.js';
import { PLATFORMS, type Platform } from './platforms.js';

const [, ...OTHERS] = PLATFORMS;

/**
 * A part of the smaller run: what one of the platforms that are not tested in full has to prove of it, so that all of
 * them together prove each entry once. Neighbours in the list, which are of one theme, go to different platforms.
 */
export function sampleOf(platform: Platform): readonly Entry[] {
  return ENTRIES.filter(({ core }) => core === true).filter((entry, at) => platformOf(entry, at) === platform);
}

/** The platform whose turn it is, or else the next one whose Elixir has the feature. */
function platformOf(entry: Entry, at: number): Platform | undefined {
  const turn = at % OTHERS.length;
  return [...OTHERS.slice(turn), ...OTHERS.slice(0, turn)].find((platform) => isAvailable(entry, platform));
}
