import { shownName } from '../path-bytes.js';

/** How many names a line has. */
const NAMED = 3;

/** A note on what was left out, with the first names and the number of the others; empty without any. */
export function listed(names: readonly string[], why: string): readonly string[] {
  if (names.length === 0) return [];
  return [`left out ${someOf(names)}: ${why}`];
}

/** The first names, and how many more there are. */
export function someOf(names: readonly string[]): string {
  const first = names.slice(0, NAMED).map(shownName).join(', ');
  return names.length > NAMED ? `${first} and ${String(names.length - NAMED)} more` : first;
}
