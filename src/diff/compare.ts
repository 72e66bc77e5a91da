import type { Item, OpenRelease } from './release.js';
import { contentDifference } from './reasons.js';

/** One difference between two releases. */
export interface Difference {
  /** Path in the release; `.` for the archives as such. */
  readonly path: string;
  readonly kind:
    'only-in-first' | 'only-in-second' | 'type' | 'mode' | 'link' | 'owner' | 'time' | 'content' | 'archive';
  /** What differs and, where known, why; may be empty. */
  readonly why: string;
}

/** All differences between two releases, by path. Times and owners are compared only between two tarballs. */
export async function compareReleases(first: OpenRelease, second: OpenRelease): Promise<readonly Difference[]> {
  const names = [...new Set([...first.items.keys(), ...second.items.keys()])].sort();
  const differences: Difference[] = [];
  for (const name of names) {
    const [left, right] = [first.items.get(name), second.items.get(name)];
    if (!right) differences.push({ path: name, kind: 'only-in-first', why: '' });
    else if (!left) differences.push({ path: name, kind: 'only-in-second', why: '' });
    else if (left.type !== right.type) {
      differences.push({ path: name, kind: 'type', why: `${left.type} and ${right.type}` });
    } else {
      differences.push(...differencesOf(name, left, right, first.kind === second.kind));
      if (left.type !== 'File') continue;
      const [mine, theirs] = [await first.read(name), await second.read(name)];
      if (!mine.equals(theirs)) {
        differences.push({ path: name, kind: 'content', why: contentDifference(name, mine, theirs) });
      }
    }
  }
  return differences;
}

function differencesOf(name: string, left: Item, right: Item, sameKind: boolean): readonly Difference[] {
  const found: Difference[] = [];
  const add = (kind: Difference['kind'], first: string, second: string, hint = ''): void => {
    if (first !== second) found.push({ path: name, kind, why: `${first} and ${second}${hint}` });
  };
  // The mode of a link has no meaning.
  if (left.type !== 'SymbolicLink') add('mode', left.mode.toString(8), right.mode.toString(8));
  add('link', left.linkTo ?? '', right.linkTo ?? '');
  if (!sameKind) return found;
  add('owner', left.owner ?? '', right.owner ?? '');
  const time = ({ time: seconds }: Item): string =>
    seconds === undefined ? '' : new Date(seconds * 1000).toISOString();
  add('time', time(left), time(right), ': that of the commit, or of SOURCE_DATE_EPOCH');
  return found;
}
