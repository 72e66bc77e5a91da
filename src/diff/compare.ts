import type { Item, OpenRelease } from './release.js';
import { whyContentsDiffer } from './reasons.js';

/** One thing in which two releases differ. */
export interface Difference {
  /** Path in the release; `.` for the archives as such. */
  readonly path: string;
  readonly kind:
    'only-in-first' | 'only-in-second' | 'type' | 'mode' | 'link' | 'owner' | 'time' | 'content' | 'archive';
  /** What differs and, where known, why; may be empty. */
  readonly why: string;
}

/** All in which two releases differ, by path. Times and owners count only between two tarballs. */
export async function compareReleases(one: OpenRelease, other: OpenRelease): Promise<readonly Difference[]> {
  const names = [...new Set([...one.items.keys(), ...other.items.keys()])].sort();
  const differences: Difference[] = [];
  for (const name of names) {
    const [left, right] = [one.items.get(name), other.items.get(name)];
    if (!right) differences.push({ path: name, kind: 'only-in-first', why: '' });
    else if (!left) differences.push({ path: name, kind: 'only-in-second', why: '' });
    else if (left.type !== right.type) {
      differences.push({ path: name, kind: 'type', why: `${left.type} and ${right.type}` });
    } else {
      differences.push(...differencesOf(name, left, right, one.kind === other.kind));
      if (left.type !== 'File') continue;
      const [mine, theirs] = [await one.read(name), await other.read(name)];
      if (!mine.equals(theirs)) {
        differences.push({ path: name, kind: 'content', why: whyContentsDiffer(name, mine, theirs) });
      }
    }
  }
  return differences;
}

function differencesOf(name: string, left: Item, right: Item, alike: boolean): readonly Difference[] {
  const found: Difference[] = [];
  const add = (kind: Difference['kind'], one: string, other: string, hint = ''): void => {
    if (one !== other) found.push({ path: name, kind, why: `${one} and ${other}${hint}` });
  };
  // A directory's umask and a link's mode say nothing about the release.
  if (left.type !== 'SymbolicLink') add('mode', left.mode.toString(8), right.mode.toString(8));
  add('link', left.linkTo ?? '', right.linkTo ?? '');
  if (!alike) return found;
  add('owner', left.owner ?? '', right.owner ?? '');
  const time = ({ time: seconds }: Item): string =>
    seconds === undefined ? '' : new Date(seconds * 1000).toISOString();
  add('time', time(left), time(right), ': that of the commit, or of SOURCE_DATE_EPOCH');
  return found;
}
