import { readContents } from './contents.js';
import { inventoryOf, type Known } from './inventory.js';
import { originsIn } from './origins.js';
import { bomText } from './text.js';

/** A list of what is inside a release, as it is written. */
export interface WrittenList {
  readonly text: string;
  /** How many components it has, without files. */
  readonly components: number;
  /** Paths of Cargo locks that could not be read. */
  readonly unread: readonly string[];
}

/**
 * @param inventory - what the builder reported
 * @param directory - of the unpacked release
 * @param date - of the sources
 * @throws MixReleaseError `release-unreadable`
 */
export function listOf(
  inventory: string,
  directory: string,
  date: Date,
  known: Omit<Known, 'contents' | 'origins'>,
): WrittenList {
  const origins = originsIn(inventory);
  const list = inventoryOf({ ...known, origins, contents: readContents(directory) });
  return { text: bomText(list, date), components: list.items.length, unread: list.unread };
}
